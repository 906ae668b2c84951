"""March to May of the demo: what each district's government says of its own work beside its sites."""

from accounts.models import Organisation
from assessments.enums import Fulfilment, OwnCheckAction
from assessments.models import OwnCheck, OwnCheckAnswer
from assessments.services import own_checks
from sites.calendar import pinned
from sites.models import Programme, Site
from standards.enums import Kind

from .cast import SAMPLE, Cast
from .lists import on
from .photos import notice_board, saved

DONE, PARTLY, NOT_YET = Fulfilment.DONE, Fulfilment.PARTLY, Fulfilment.NOT_YET
# What is said of an item, by its code: how far, and in words.
SAID = {
    "ZW-1.2": (DONE, "区政府办设政务公开办公室，专职2人、兼职1人，职责已上墙。"),
    "ZW-2.5": (PARTLY, "考核办法已印发，尚未与年度目标考核挂钩，二季度完成。"),
    "ZW-2.10": (DONE, "信息发布实行“先审查、后公开”，审查表逐条存档。"),
    "ZW-2.11": (PARTLY, "受理点设在区政务服务中心，申请表已备；答复文书样式正在拟订，4月底前完成。"),
    "ZW-3.6": (DONE, "财政预决算、征地补偿、低保名单按季公开。"),
    "ZW-3.8": (DONE, "公开指南已编印并摆放在大厅。"),
    "ZW-3.9": (DONE, "公开目录已编制，收录信息326条。"),
    "ZW-4.11": (NOT_YET, "区政府网站公开栏目正在改版，6月底前上线。"),
}
WANTED = f"依申请公开请补充受理登记和答复情况{SAMPLE}。"
ADDED = "受理点设在区政务服务中心；今年受理申请7件，均在期限内答复，登记簿复印件已存档。"


def tell(programme: Programme, cast: Cast) -> None:
    """One was read; of one the office asked for more, and it was filed again; one is late."""
    first, second, third = (Organisation.objects.get(pk=key) for key in cast.districts)
    read = _file(programme, first, cast, "2008-03-26", "2008-03-28")
    _take(read, OwnCheckAction.READ, cast, "2008-04-02")
    again = _file(programme, second, cast, "2008-03-27", "2008-03-31")
    _take(again, OwnCheckAction.ASK_MORE, cast, "2008-04-03", WANTED)
    with pinned(on("2008-05-16")):
        _answer(again.answers.get(item__code="ZW-2.11"), (DONE, ADDED), cast)
    _take(again, OwnCheckAction.PUT_FORWARD, cast, "2008-05-16")
    _take(again, OwnCheckAction.FILE, cast, "2008-05-19")
    late = _draft(programme, third, cast, "2008-05-15")
    _take(late, OwnCheckAction.PUT_FORWARD, cast, "2008-05-19")


def _file(programme: Programme, district: Organisation, cast: Cast, drafted: str, filed: str) -> OwnCheck:
    check = _draft(programme, district, cast, drafted)
    _take(check, OwnCheckAction.PUT_FORWARD, cast, drafted)
    _take(check, OwnCheckAction.FILE, cast, filed)
    return check


def _draft(programme: Programme, district: Organisation, cast: Cast, day: str) -> OwnCheck:
    with pinned(on(day)):
        check = own_checks.begin(programme=programme, by=cast.districts[district.pk])
        for answer in check.answers.select_related("item"):
            _answer(answer, SAID[answer.item.code], cast)
    return check


def _answer(answer: OwnCheckAnswer, said: tuple[Fulfilment, str], cast: Cast) -> None:
    """With a picture of the notice board for the guide, and a page for the catalogue."""
    fulfilment, text = said
    district, code = answer.check_of.district, answer.item.code
    hall = Site(window_name=f"{district.short_name}政务大厅{SAMPLE}", kind=Kind.GOVERNMENT_AFFAIRS)
    shown = [saved(notice_board(hall, sheets=6), "公开指南上栏")] if code == "ZW-3.8" else []
    own_checks.answer(
        answer=answer,
        fulfilment=fulfilment,
        text=f"{text}{SAMPLE}",
        links=["https://www.example.com/"] if code == "ZW-3.9" else (),
        files=shown,
        by=cast.districts[district.pk],
    )


def _take(check: OwnCheck, action: OwnCheckAction, cast: Cast, day: str, note: str = "") -> None:
    who = {
        OwnCheckAction.PUT_FORWARD: cast.districts[check.district_id],
        OwnCheckAction.FILE: cast.heads[check.district_id],
    }
    with pinned(on(day)):
        own_checks.take(check=check, action=action, note=note, by=who.get(action, cast.office))
