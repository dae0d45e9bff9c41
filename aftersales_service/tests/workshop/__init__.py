from . import test_factory_way
from . import test_repair_machine
from . import test_repair_way
