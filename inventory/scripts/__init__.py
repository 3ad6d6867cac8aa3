"""Which scripts and settings of a source tree submit mail, where, and as whom. Plain Python."""

from inventory.scripts.findings import Finding, Secret
from inventory.scripts.scan import Scan, scan, scan_files

__all__ = ["Finding", "Scan", "Secret", "scan", "scan_files"]
