FROM python:3.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/offramp

COPY requirements.txt ./
RUN pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements.txt

# The uid is fixed so that the owner of files in a volume survives a new image.
RUN useradd --system --no-create-home --uid 10001 offramp \
    && install --directory --owner offramp /var/lib/offramp /var/lib/offramp/media /var/lib/offramp/inbox

COPY manage.py ./
COPY config ./config
COPY inventory ./inventory
COPY tracker ./tracker

USER 10001
ENV OFFRAMP_MODE=production OFFRAMP_VAR=/var/lib/offramp
# Production starts with every setting or not at all; nothing of these values is kept.
RUN DATABASE_URL=postgres://nobody@nowhere/none CELERY_BROKER_URL=redis://nowhere \
    DJANGO_SECRET_KEY=used-once-to-collect-the-static-files-and-then-gone \
    OFFRAMP_HOSTS=nowhere \
    python manage.py collectstatic --noinput --verbosity 0

EXPOSE 8000
# Gunicorn's heartbeat file stalls workers when it lies on a slow disk.
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", \
     "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-"]
