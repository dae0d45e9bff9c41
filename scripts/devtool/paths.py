"""Every place the tool reads or writes, in one file."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDON = "aftersales_service"
ADDON_DIR = ROOT / ADDON
REQUIREMENTS = ROOT / "requirements"

DEV = ROOT / ".dev"
APT = DEV / "apt"
BIN = DEV / "bin"
DATA = DEV / "data"
LOCKS = DEV / "locks"
LOGS = DEV / "logs"
NODE = DEV / "node"
ODOO_PREFIX = DEV / "odoo-19"
ODOO_CONF = DEV / "odoo.conf"
SHOTS = DEV / "shots"
STAMPS = DEV / "stamps"
VENV = DEV / "venv"

# Tells two working copies on one machine apart wherever a name must be unique.
ROOT_ID = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
