from odoo.tests import tagged

from .common_custody import CustodyCommon

SCRIPT = "19.0.1.2.0/post-custody.py"


@tagged("post_install", "-at_install")
class TestCustodyUpgrade(CustodyCommon):
    """A database that is older than the custody entries gets them once."""

    def _migrate(self, version):
        self._load_migration(SCRIPT).migrate(self.env.cr, version)
        self.env.invalidate_all()

    def test_places_of_a_company_that_was_there_before(self):
        """Not only a new company gets the kits, the loaners and their barcodes."""
        names = ("aftersales_kit_root_id", "aftersales_loaner_location_id")
        for name in names:
            self.company[name] = False
        self.company.aftersales_issue_type_id.barcode = False
        self._migrate("19.0.1.1.0")
        for name in names:
            self.assertEqual(self.company[name].company_id, self.company)
        self.assertTrue(self.company.aftersales_issue_type_id.barcode)

    def test_entered_once(self):
        line = self._draw(3)
        self._move(1, self.place, self.stock)
        mine = [("company_id", "=", self.company.id)]
        self.entries.search(mine).unlink()
        self._migrate("")
        self.assertFalse(self.entries.search(mine), "a new database needs nothing")
        self._migrate("19.0.1.1.0")
        self.assertLine(line, moved=3, returned=1, held=2)
        self.assertTies()
        rows = self.entries.search(mine)
        self._migrate("19.0.1.1.0")
        self.assertEqual(self.entries.search(mine), rows)
