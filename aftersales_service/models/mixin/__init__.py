from . import aftersales_text_mixin
from . import aftersales_form_mixin
from . import aftersales_approval_mixin
from . import aftersales_date_mixin
from . import aftersales_story_mixin
from . import aftersales_file_mixin
from . import aftersales_shared_mixin
from . import aftersales_preset_mixin
