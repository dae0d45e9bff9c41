from . import aftersales_followup
from . import aftersales_tier_criterion
from . import aftersales_tier_threshold
from . import aftersales_tier_policy
from . import aftersales_tier_measure
from . import aftersales_tier_review_line
from . import aftersales_tier_review
