"""Plain Python of after-sales service: no Odoo in here, tested without a database.

What uses a part of it imports that part; the addon itself imports nothing here.
"""
