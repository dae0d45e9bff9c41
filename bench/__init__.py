"""The addon beside Odoo's and the OCA's own documents: ``./dev bench``."""
