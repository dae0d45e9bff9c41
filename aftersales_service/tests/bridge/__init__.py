from . import test_settlement
from . import test_settlement_delivery
from . import test_settlement_rights
from . import test_settlement_portal
from . import test_company_setup
from . import test_customer_file
from . import test_second_company
from . import test_upgrade
