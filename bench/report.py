"""placeholder"""
def text(measures, sizes, facts):
    models = []
    for (op, model) in measures.samples:
        if model not in models: models.append(model)
    out=[]
    ops = list(dict.fromkeys(op for op, _m in measures.samples))
    out.append("%-22s" % "" + "".join("%28s" % m for m in models))
    for op in ops:
        out.append("%-22s" % op + "".join("%28s" % f"{measures.milliseconds(op,m):.2f} ({measures.queries(op,m):.1f})" for m in models))
    return "\n".join(out)
def machine_facts(cr): return {}
def write(text): pass
