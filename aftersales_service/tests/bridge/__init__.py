from . import test_settlement
from . import test_settlement_delivery
from . import test_settlement_rights
from . import test_settlement_portal
