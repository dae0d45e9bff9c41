from . import test_equipment_from_delivery
from . import test_equipment_record
from . import test_warranty
from . import test_warranty_frozen
from . import test_warranty_policy
