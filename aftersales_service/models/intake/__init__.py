from . import aftersales_intake_mixin
from . import aftersales_remote_mixin
from . import aftersales_triage_mixin
from . import aftersales_verdict_words_mixin
from . import aftersales_verdict_mixin
from . import aftersales_repair_mixin
from . import aftersales_repair_record
from . import aftersales_service_request
