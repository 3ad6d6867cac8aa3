"""Is it safe to turn SMTP AUTH off for a mailbox?"""
