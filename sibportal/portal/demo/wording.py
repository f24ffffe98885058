"""What people of the demo town write to each other, in the language of their contract."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """Sentences of one language; each is written by somebody in the course of a contract."""

    signed_contract: str
    example_data: str
    not_reached: str
    question_on_date: str
    answer_on_date: str
    rejected_other_point: str
    corrected: str
    other_folder: str
    question_on_evidence: str
    answer_on_evidence: str
    rejected_figure: str
    through_guardian: str


FINNISH = Wording(
    signed_contract="Allekirjoitettu sopimus (esimerkkiaineisto)",
    example_data="esimerkki, ei kenenkään sopimus",
    not_reached="Ei vastausta kolmeen puheluun eikä kirjeeseen",
    question_on_date="Lomake on päivätty tapaamista seuraavalle päivälle. Milloin se täytettiin?",
    answer_on_date="Tapaamispäivänä; lomake arkistoitiin seuraavana päivänä.",
    rejected_other_point="Mainittu lomake koskee toista mittauskohtaa.",
    corrected="Tositteeksi on vaihdettu oikea lomake.",
    other_folder="{held_in}, kansio 2",
    question_on_evidence="Mainittu tosite on mittausta vanhempi. Onko uudempaa?",
    answer_on_evidence="On: uudempi lomake on nyt samassa kansiossa.",
    rejected_figure="Lukua ei löydy mainitusta tositteesta.",
    through_guardian="Huoltajan kautta, esimerkkitieto",
)
SWEDISH = Wording(
    signed_contract="Undertecknat avtal (exempeldata)",
    example_data="exempel, ingens avtal",
    not_reached="Inget svar på tre samtal och ett brev",
    question_on_date="Blanketten är daterad dagen efter mötet. Vilken dag fylldes den i?",
    answer_on_date="Samma dag som mötet; blanketten arkiverades dagen därpå.",
    rejected_other_point="Den angivna blanketten gäller en annan mätpunkt.",
    corrected="Rätt blankett anges nu som underlag.",
    other_folder="{held_in}, pärm 2",
    question_on_evidence="Underlaget som anges är äldre än mätningen. Finns det ett nyare?",
    answer_on_evidence="Ja, ett nyare finns nu i samma pärm.",
    rejected_figure="Siffran finns inte i det angivna underlaget.",
    through_guardian="Via vårdnadshavaren, exempeluppgift",
)
