from . import aftersales_equipment
