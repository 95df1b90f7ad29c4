import json
def short(t,n=420):
    x=json.dumps(t,ensure_ascii=False) if not isinstance(t,str) else t
    return x[:n]
