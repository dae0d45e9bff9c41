from . import aftersales_agreement
from . import aftersales_evaluation
from . import aftersales_machine
from . import aftersales_prerepair
from . import aftersales_quotation
