"""The 60 cases that an independent validator judges: what people write, what breaks pages, each kind of picture."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from archive.documents import (
    Attachment,
    IncomingComment,
    OutgoingReply,
    Passage,
    Rendered,
    Version,
    handling_log_pdf,
    incoming_comment_pdf,
    outgoing_reply_pdf,
)
from tests.archive.papers import FONTS, edited_comment, handling_log, incoming_comment, outgoing_reply

TEXTS = {
    "bokmål": "Når blir Furuvegen brøytet? Det er 30 cm snø, og æ, ø og å skal med.",
    "nynorsk": "Kvifor er ikkje skulevegen brøytt når borna går heimanfrå?",
    "nordsamisk": "Goas bohtet muohttaga jávkadit? čšžŋđŧáâ ČŠŽŊĐŦ",
    "sørsamisk": "Mejtie dïhte geajnoe ïktesth goerpesåvva? ïöæå",
    "lulesamisk": "Goassa galggá máđii rájaduvvat? áńŋå",
    "kvensk": "Koska tie aurathaan? ŧđš äö",
    "polsk": "Kiedy odśnieżycie ulicę? Zażółć gęślą jaźń",
    "litauisk": "Kada nuvalysite kelią? ąčęėįšųūž",
    "tyrkisk": "Yol ne zaman açılacak? ığüşöç İ",
    "vietnamesisk": "Khi nào đường được dọn tuyết? ườ ẳ ỗ",
    "gresk": "Πότε θα καθαριστεί ο δρόμος; ά ή ώ",
    "ukrainsk": "Коли прибиратимуть сніг? ґєії",
    "russisk": "Когда уберут снег? ёъыэ",
    "arabisk": "مرحبا، متى يُزال الثلج من الطريق؟ 123 شكرًا",
    "persisk": "سلام، چه وقت برف راه را پاک می\u200cکنید؟ گچپژ",
    "urdu": "سڑک سے برف کب ہٹے گی؟ ٹڈڑے",
    "hebraisk": "שלום, מתי מפנים את השלג? 45",
    "jiddisk": "ווען וועט מען אויפֿרייניקן דעם שניי? ײַ",
    "arabisk og norsk": "Hei مرحبا hei שלום 12,5 % سلام slutt.",
    "kinesisk": "什么时候扫雪？请尽快处理。",
    "japansk": "いつ除雪しますか？カタカナも",
    "koreansk, uten skrift": "언제 눈을 치우나요?",
    "hindi": "सड़क से बर्फ कब हटेगी? क्षत्रज्ञ",
    "tamil": "சாலை எப்போது சுத்தம் செய்யப்படும்?",
    "thai": "จะกวาดหิมะเมื่อไหร่ครับ น้ำ",
    "tigrinja": "በረድ መዓስ ይጽረግ? ሰላም",
    "georgisk, uten skrift": "როდის გაიწმინდება გზა?",
    "kileskrift, uten skrift": "\U00012000\U00012001\U00012002",
    "emoji": "Takk 😀😂🥲❤️👍🙏🎉",
    "hudfarger": "👍🏻👍🏼👍🏽👍🏾👍🏿 👩🏽\u200d🚒",
    "familier": "👨\u200d👩\u200d👧\u200d👦 👩\u200d❤️\u200d👩 🏳️\u200d🌈",
    "flagg": "🇳🇴🇸🇪🇺🇦 🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "taster og tegn": "1️⃣#️⃣ ☎ ☎️ ✓ → ½ € № ™ ©",
    "matematiske bokstaver": "𝓕𝓪𝓷𝓽𝓪𝓼𝓽𝓲𝓼𝓴 𝔥𝔢𝔦 𝟙𝟚𝟛 ∑ √ ≤",
    "500 emoji": "😡🥶❄️" * 167,
    "skriveretning snudd": "\u202eførpmus\u202c \u2066isolert\u2069 \u200f \u200e slutt",
    "usynlige tegn": "a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg\u034fh",
    "stablede tegn": "Z" + "\u0301\u0327\u0345\u20dd" * 60 + "algo",
    "styretegn": "nul\x00 bjelle\x07 rømning\x1b slutt\x9c\x85",
    "løse halvdeler": "\ud800 løs \udfff \ufffe \uffff \ufdd0 \U0010ffff",
    "privat område": "\ue000 \uf8ff \U000f0000 \U0010fffd \u0378",
    "markering": '#eval("1+1") *fet* _skrå_ $x^2$ \\ @ref <label> // kommentar #set page(width: 1pt)',
    "html": "]]> <script>alert(1)</script> &amp; <!-- --> <img src=x onerror=alert(1)>",
    "tom": "",
    "bare mellomrom": " \n\t \n ",
    "én lang linje": "W" * 12_000,
    "en lang adresse": "https://eksempel.example/" + "veg/" * 400,
    "4 000 linjer": "å\n" * 4_000,
    "60 000 tegn": ("Vegen er ikke brøytet på tre dager, og skolebussen kom ikke fram. " * 910)[:60_000],
    "60 000 tegn i mange skrifter": ("Snø ☃ снег 雪 ثلج שלג χιόνι čšž 😡 " * 2000)[:60_000],
}


def cases() -> Iterator[tuple[str, Callable[[], Rendered]]]:
    """Give the 55 documents that need no database: each text as a comment, and the other documents."""
    for name, text in TEXTS.items():
        yield name, lambda text=text: incoming_comment_pdf(incoming_comment(text), font_paths=FONTS)
    yield "endret og slettet", lambda: incoming_comment_pdf(_much_around(), font_paths=FONTS)
    yield "svar", lambda: outgoing_reply_pdf(outgoing_reply("Hei 😀 čš سلام"), font_paths=FONTS)
    yield "endret svar", lambda: outgoing_reply_pdf(_edited_reply(), font_paths=FONTS)
    yield "logg", lambda: handling_log_pdf(handling_log(500), font_paths=FONTS)
    yield "navn i alle skrifter", lambda: incoming_comment_pdf(_foreign_names(), font_paths=FONTS)


def _much_around() -> IncomingComment:
    at = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
    parents = tuple(Passage(kind="Kommentar", author=f"Nr {n}", text="سلام 😀", published_at=at) for n in range(20))
    kinds = ("bilde.png", "bilde.jpg", "bilde.webp", "bilde.gif", "film.mp4")
    files = tuple(Attachment(name=name, description="Snødekt veg 🛣️ طريق") for name in kinds)
    return replace(edited_comment("Endret 😀 čš שלום"), parents=parents, attachments=files)


def _edited_reply() -> OutgoingReply:
    reply = outgoing_reply()
    later = Version(number=2, text="Rettet: kl. 08 ☎", written_at=reply.published_at + timedelta(hours=1))
    return replace(reply, versions=(*reply.versions, later))


def _foreign_names() -> IncomingComment:
    return incoming_comment(
        author="محمد 李雷 🦄", handle="@" + "ł" * 120, account="ᏣᎳᎩ Kommune", permalink="javascript:alert(1)"
    )
