from . import aftersales_collection
