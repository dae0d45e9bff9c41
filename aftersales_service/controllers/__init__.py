from . import aftersales_machine
from . import aftersales_prerepair
