"""Who may read (GET) and who may do (POST) at each address, by role: `tests/test_access.py` tries all of them."""

ANSWERS = {"member", "lead"}
READS_ARCHIVE = {"member", "lead", "archivist"}
EVERYBODY = {"member", "lead", "archivist", "sysadmin", "reader"}
ROLES = sorted(EVERYBODY)

OF_CODE_LIST = {
    "archive:codes": ({"archivist"}, None),
    "archive:code_new": (None, {"archivist"}),
    "archive:code_import": (None, {"archivist"}),
}
# Address: who may open it by GET (None: only POST), who may POST (None: only GET).
OPEN = {
    "start": (EVERYBODY, None),
    "team:settings": (EVERYBODY, EVERYBODY),
    "team:choose_municipality": (None, EVERYBODY),
    "team:municipality": ({"lead"}, {"lead"}),
    "guidelines:reader": (EVERYBODY, None),
    "guidelines:policy": ({"lead"}, {"lead"}),
    "guidelines:compare": ({"lead"}, None),
    "guidelines:versions": ({"lead"}, None),
    "guidelines:new_version": ({"lead"}, {"lead"}),
    "guidelines:readers": ({"lead"}, {"lead"}),
    "guidelines:invite": (None, {"lead"}),
    "guidelines:remind": (None, {"lead"}),
    "inbox:queue": (ANSWERS, None),
    "inbox:news": (ANSWERS, None),
    "inbox:keys": (ANSWERS, None),
    "inbox:review": (ANSWERS, None),
    "inbox:search": (ANSWERS, None),
    "inbox:several": (ANSWERS, ANSWERS),
    "inbox:undo_last": (None, ANSWERS),
    "inbox:save_view": (None, ANSWERS),
    "inbox:mentions": (ANSWERS, None),
    "inbox:practice": (ANSWERS, None),
    **{f"inbox:practice_{act}": (None, ANSWERS) for act in ("begin", "leave", "put_aside")},
    "inbox:spam": ({"lead"}, None),
    **{f"inbox:{page}": (ANSWERS, None) for page in ("templates", "facts", "matters", "tasks")},
    **{f"inbox:{page}": (ANSWERS, ANSWERS) for page in ("template_new", "fact_new", "matter_new", "enter")},
    "inbox:receipts": (ANSWERS, None),
    "inbox:channels": (ANSWERS | {"sysadmin"}, None),
    "inbox:not_out": (ANSWERS, None),
    "workers": ({"lead", "sysadmin"}, None),
    "inbox:not_in": (ANSWERS, None),
    "inbox:own_details": ({"lead"}, {"lead"}),
    "inbox:erasing": ({"lead"}, {"lead"}),
    "inbox:erase_all": (None, {"lead"}),
    "inbox:recipients": ({"lead"}, None),
    "inbox:deliveries": ({"lead"}, None),
    "inbox:deliveries_again": (None, {"lead"}),
    "inbox:add_unit": ({"lead"}, {"lead"}),
    "inbox:add_body": ({"lead"}, {"lead"}),
    "inbox:channel_new": ({"lead"}, None),
    "inbox:channel_add": ({"lead"}, {"lead"}),
    "inbox:one_account": (None, {"lead"}),
    "inbox:oauth_return": ({"lead"}, None),
    "inbox:house_rules": ({"lead"}, None),
    "inbox:house_rule_new": ({"lead"}, {"lead"}),
    "inbox:look_again": ({"lead"}, None),
    "notices:list": ({"lead"}, None),
    "archive:list": (READS_ARCHIVE, None),
    "archive:export": (None, {"archivist"}),
    "archive:exports": ({"archivist"}, None),
    "archive:settings": ({"archivist"}, {"archivist"}),
    **OF_CODE_LIST,
    "archive:list_out": ({"archivist"}, None),
}
OF_COMMENT = (
    {
        "inbox:comment": (ANSWERS, None),
        "inbox:duties": (ANSWERS, None),
        "inbox:checks": (ANSWERS, None),
        "inbox:preview": (ANSWERS, None),
        "inbox:live": (ANSWERS, None),
    }
    | {
        f"inbox:{act}": (None, ANSWERS)
        for act in [
            *("claim", "release", "wait", "resume", "assign", "sort", "unsort", "flag", "choose_unit", "end"),
            *("reopen", "see_ending", "draft", "autosave", "insert", "submit", "approve", "send_back", "undo"),
            *("rework", "discard", "settle_found", "send_again", "take_down", "choose_length", "ask_override"),
            *("override", "ask_removal", "insert_template", "insert_fact", "seek_fact", "insert_recommendation"),
            *("publish_preapproved", "register_answer", "we_were_wrong", "hand_over", "like", "not_spam"),
            *("reply_place", "enclose", "take_out", "leave_joint", "interim"),
            *("write_note", "see_mentions"),
        ]
    }
    | {f"inbox:{act}": (ANSWERS, ANSWERS) for act in ("hide", "delete", "ban", "unhide", "seal")}
    | {"inbox:read_sealed": (None, ANSWERS), "inbox:unseal": (None, {"lead"})}
)
OF_NOTE = {"inbox:edit_note": (None, ANSWERS)}
OF_SAVED_VIEW = {"inbox:delete_view": (None, ANSWERS)}
OF_REPLY = {"inbox:reply_picture": (ANSWERS, None)}
OF_ATTACHMENT = {"inbox:attachment": (ANSWERS, None), "inbox:fetch_attachment": (None, ANSWERS)}
OF_RECORD = {
    "archive:record": (READS_ARCHIVE, None),
    "archive:complete": (None, {"archivist"}),
    "archive:edit": ({"archivist"}, None),
    "archive:redaction": ({"archivist"}, {"archivist"}),
    "archive:redacted": ({"archivist"}, None),
    "archive:read_sealed": (None, {"archivist"}),
    "archive:hold": (None, {"archivist"}),
    "archive:allow_erasing": (None, {"archivist"}),
    "archive:keep_after_all": (None, {"archivist"}),
    "archive:unconfirm": (None, {"archivist"}),
}
OF_CODE = {"archive:code": ({"archivist"}, {"archivist"})}
OF_BATCH = {
    "archive:batch": ({"archivist"}, None),
    "archive:try_again": (None, {"archivist"}),
    "archive:cancel": (None, {"archivist"}),
    "archive:download": ({"archivist"}, None),
    "archive:bring_in": (None, {"archivist"}),
}
OF_MESSAGE = {
    "archive:message": ({"archivist"}, None),
    "archive:bring_in_for": (None, {"archivist"}),
    "archive:type_in": (None, {"archivist"}),
}
OF_DRAFT = {
    "guidelines:edit_text": ({"lead"}, {"lead"}),
    "guidelines:put_in_force": ({"lead"}, {"lead"}),
}
OF_DOOMED = {"guidelines:delete_draft": ({"lead"}, {"lead"})}
OF_READ_VERSION = {"guidelines:version": (EVERYBODY, None)}
OF_VERSION = {
    "guidelines:rules": ({"lead"}, None),
    "guidelines:new_duty": ({"lead"}, {"lead"}),
    "guidelines:restore_duty": (None, {"lead"}),
    "guidelines:begin_draft": (None, {"lead"}),
    "inbox:try_version": ({"lead"}, None),
}
OF_DUTY = {
    "guidelines:duty": ({"lead"}, {"lead"}),
    "guidelines:move_duty": (None, {"lead"}),
    "guidelines:remove_duty": (None, {"lead"}),
    "inbox:try_duty": (None, {"lead"}),
}
OF_TEMPLATE = {
    "inbox:template": (ANSWERS, ANSWERS),
    **{
        f"inbox:{act}": (None, ANSWERS)
        for act in ("template_approve", "template_code", "template_retire", "template_revive")
    },
}
OF_FACT = {"inbox:fact": (ANSWERS, ANSWERS)}
OF_MATTER = {
    "inbox:matter": (ANSWERS, ANSWERS),
    "inbox:matter_close": (None, ANSWERS),
    "inbox:matter_reopen": (None, ANSWERS),
}
OF_TASK = {"inbox:task_finish": (None, ANSWERS), "inbox:task_reopen": (None, ANSWERS)}
OF_FORWARDING = {f"inbox:forward_{act}": (None, ANSWERS) for act in ("now", "again", "received", "answer", "withdraw")}
OF_UNIT = {"inbox:recipient": ({"lead"}, {"lead"})}
OF_CHANNEL = {
    "inbox:channel": (ANSWERS, None),
    "inbox:channel_register": ({"lead"}, {"lead"}),
    "inbox:channel_connect": ({"lead"}, {"lead"}),
    **{f"inbox:channel_{act}": (None, {"lead"}) for act in ("disconnect", "pause", "resume")},
    "inbox:channel_posts": (ANSWERS, None),
    "inbox:history": (ANSWERS, None),
    **{f"inbox:history_{act}": (None, {"lead"}) for act in ("start", "pause", "go_on")},
}
OF_SIGN_IN = {"inbox:sign_in": ({"lead"}, {"lead"})}
OF_DELIVERY = {"inbox:delivery": ({"lead"}, None), "inbox:delivery_again": (None, {"lead"})}
OF_NOTICE = {f"notices:{act}": (None, {"lead"}) for act in ("send_again", "arrived", "cancel")}
OF_NOT_IN = {
    "inbox:not_in_show": (None, {"lead"}),
    "inbox:not_in_again": (None, ANSWERS),
    "inbox:not_in_settle": (None, {"lead"}),
}
OF_RULE = {"inbox:house_rule": ({"lead"}, {"lead"}), "inbox:house_rule_active": (None, {"lead"})}
OF_INTERVENTION = {
    f"inbox:intervention_{act}": (None, ANSWERS) for act in ("try_again", "seen_done", "drop", "let_stand", "lift_ban")
} | {"inbox:intervention_evidence": ({"lead"}, None)}
KINDS = {
    "not_in": OF_NOT_IN,
    "house_rule": OF_RULE,
    "intervention": OF_INTERVENTION,
    "comment": OF_COMMENT,
    "attachment": OF_ATTACHMENT,
    "saved_view": OF_SAVED_VIEW,
    "note": OF_NOTE,
    "reply": OF_REPLY,
    "record": OF_RECORD,
    "batch": OF_BATCH,
    "code": OF_CODE,
    "message": OF_MESSAGE,
    "template": OF_TEMPLATE,
    "fact": OF_FACT,
    "matter": OF_MATTER,
    "task": OF_TASK,
    "version": OF_VERSION,
    "duty": OF_DUTY,
    "forwarding": OF_FORWARDING,
    "notice": OF_NOTICE,
    "delivery": OF_DELIVERY,
    "unit": OF_UNIT,
    "channel": OF_CHANNEL,
    "sign_in": OF_SIGN_IN,
    "draft": OF_DRAFT,
    "doomed": OF_DOOMED,
    "in_force": OF_READ_VERSION,
}
# Addresses with words in them instead of a number.
WITH_WORDS = {
    "inbox:channel_add": ["facebook"],
    "inbox:oauth_return": ["facebook"],
    "archive:list_out": ["alle", "csv"],
    **{name: ["klasse"] for name in OF_CODE_LIST},
}
ALL = OPEN | {name: row for names in KINDS.values() for name, row in names.items()}
# The personal links are their own keys: tests/inbox/test_receipt_link.py, tests/guidelines/test_read_and_confirm.py.
# Meta signs what it brings: tests/inbox/test_webhook_door.py.
WITHOUT_LOGIN = {
    *("healthz", "readyz", "set_language", "accessibility", "inbox:receipt", "guidelines:confirm"),
    *("inbox:webhook_meta", None),
}
