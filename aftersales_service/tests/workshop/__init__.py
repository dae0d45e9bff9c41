from . import test_factory_way
from . import test_repair_machine
from . import test_repair_way
from . import test_repair_part
from . import test_repair_decision
from . import test_repair_rights
