from . import aftersales_machine
