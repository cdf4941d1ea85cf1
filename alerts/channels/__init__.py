"""Ways to reach a person or a siren, each by an address: apprise's services, and four of our own.

sms+https://gateway/send?to=139...&text={text}#method=json&expect=ok   an SMS gateway, see `sms`
alertmanager://host/path, alertmanagers://...                            a webhook, see `alertmanager`
siren://home/device                                                      a device of ours, see `siren`
webpush+https://push.example/...#p256dh=...&auth=...                     a browser, see `web_push`
json://..., mailto://..., ntfy://..., wecombot://..., dingtalk://..., feishu://..., ...   apprise
"""
