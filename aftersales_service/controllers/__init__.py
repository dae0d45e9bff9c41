from . import aftersales_agreement
from . import aftersales_machine
from . import aftersales_prerepair
