"""Names of invented citizens. The family names do not exist; they say «practice», «thought up», «sketch»."""

# fmt: off
FIRST_NAMES = (
    "Anne", "Aslaug", "Berit", "Bjørg", "Eirik", "Elin", "Erlend", "Geir", "Gunn", "Hallvard", "Hanne", "Harald",
    "Hilde", "Inger", "Ivar", "Jorunn", "Kåre", "Kjersti", "Knut", "Lars", "Liv", "Magne", "Marit", "Nils", "Odd",
    "Olaug", "Ole", "Per", "Ragnhild", "Roar", "Rune", "Sigrid", "Sissel", "Solveig", "Stein", "Synnøve", "Terje",
    "Tor", "Torill", "Unni", "Vegard", "Vidar", "Wenche", "Åse", "Åshild",
)

LAST_NAMES = (
    "Demodal", "Eksempelmo", "Fiktjord", "Liksomrud", "Mønsterhaug", "Oppdiktmoen", "Påfunnvik", "Prøvdal",
    "Prøvestad", "Skissebø", "Tenktvold", "Testbakken", "Utkastnes", "Øvingsli", "Øvrelatmark",
)
# fmt: on

NAMES_ELSEWHERE = {
    "ar": ["Samir Mithali", "Lina Tajriba"],
    "de": ["Jürgen Musterhof", "Petra Probeheim"],
    "en": ["Emily Sampleton", "James Draftwood", "Grace Mockford", "Daniel Testerly"],
    "pl": ["Agnieszka Przykładna", "Marek Próbny", "Zofia Wzorowa"],
    "se": ["Máret Geahččaleapmi", "Niillas Ovdamearka", "Elle Hárjehus"],
    "sma": ["Laara Vuesiehtimmie", "Maadtoe Haarjanimmie"],
    "so": ["Hodan Tusaale"],
    "sv": ["Gunilla Provström"],
    "th": ["Malee Tua-yang"],
    "uk": ["Olena Vyhadana", "Taras Pryklad", "Iryna Probna"],
}
