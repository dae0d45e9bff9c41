from . import aftersales_followup
