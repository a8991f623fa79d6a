"""What is said of a trial, in Korean; English sentence → Korean."""

TRIAL: dict[str, str] = {
    "The bundle is signed by the key that the invitation names.": "번들은 초대장에 적힌 키가 서명한 것이어야 합니다.",
    "Take the bundle from the invitation's own page, or ask the office by telephone.": (
        "초대 페이지에서 직접 번들을 받거나 사무국에 전화로 확인하십시오."
    ),
    "The time to try this model is over.": "이 모델을 시험할 기간이 끝났습니다.",
    "This machine's clock stands before the bundle was made.": "이 컴퓨터의 시계가 번들을 만든 때보다 이전입니다.",
    "Set the clock right, and try again.": "시계를 맞추고 다시 하십시오.",
    "This trial is over: its day has passed, the office has ended it, or its model is not in use any more.": (
        "이 시험은 끝났습니다. 기한이 지났거나, 사무국이 끝냈거나, 모델을 더 이상 쓰지 않습니다."
    ),
    "The trial is over: the office does not offer this model any more.": (
        "시험이 끝났습니다. 사무국이 이 모델을 더 이상 제공하지 않습니다."
    ),
    "The bundle can be read there.": "그 자리에서 번들을 읽을 수 있어야 합니다.",
    "A trial takes {} defects and {} good rows at least.": "시험에는 불량 {}건과 양품 {}행 이상이 필요합니다.",
    "Take rows of a longer time.": "더 긴 기간의 행을 쓰십시오.",
    "{}: a cost is above 0": "{}: 비용은 0보다 커야 합니다",
    "Signed by {key}. Does the invitation's page show the same? Type yes: ": (
        "서명한 키 {key}. 초대 페이지에 있는 것과 같습니까? yes 또는 예를 입력하십시오: "
    ),
    "Nothing was done.": "아무것도 하지 않았습니다.",
    "Nothing was sent. The office hears of it only by: dure-factory tell {bundle} tried": (
        "아무것도 보내지 않았습니다. 사무국에 알리려면: dure-factory tell {bundle} tried"
    ),
    "Sent: the word “{}”, no figure.": "보냈습니다: “{}” 한 마디, 수치는 없습니다.",
    "Certificate of a trial: {programme}, version {version}.": "시험 증명서: {programme}, 버전 {version}.",
    "AUPRC (defects found among the rows of highest risk, 1 at best): shared {shared}, own {own}; difference "
    "{gain}, 95% interval {low} to {high}.": (
        "AUPRC(위험이 가장 높은 행에서 찾은 불량, 최고 1): 공동 {shared}, 자체 {own}; 차이 {gain}, 95% 구간 {low} ~ {high}."
    ),
    "Cost of 1,000 rows, at {miss} won a missed defect and {alarm} won a false alarm: shared {shared} won, own "
    "{own} won; the shared model saves {gain} won, 95% interval {low} to {high}.": (
        "1,000행의 비용(놓친 불량 {miss}원, 헛경보 {alarm}원): 공동 {shared}원, 자체 {own}원; "
        "공동 모델이 아끼는 금액 {gain}원, 95% 구간 {low} ~ {high}."
    ),
    "{rows} rows with {defects} defects.": "행 {rows}개, 그중 불량 {defects}건.",
    "The shared model has seen no row of yours; your own was trained here, anew without each fifth of your rows.": (
        "공동 모델은 귀사의 행을 본 적이 없습니다. 자체 모델은 여기서 행의 5분의 1씩을 빼고 새로 학습했습니다."
    ),
    "The interval is a bootstrap over {count} lots.": "구간은 로트 {count}개의 부트스트랩입니다.",
    "The interval is a bootstrap over {count} groups of {size} neighbouring rows.": (
        "구간은 이웃한 {size}행씩 묶은 {count}개 묶음의 부트스트랩입니다."
    ),
    "At {count} member sites whose rows it had not seen, such a model reached AUPRC {auprc} in the mean.": (
        "행을 본 적이 없는 참여 사업장 {count}곳에서 이런 모델의 AUPRC는 평균 {auprc}였습니다."
    ),
    "Model of run {run}, signed by {key}, to be tried until {until}.": (
        "학습 {run}의 모델, 서명 키 {key}, 시험 기한 {until}."
    ),
    "On these rows the shared model is better than one of your own, by more than chance: joining would have helped.": (
        "이 행에서는 공동 모델이 자체 모델보다 우연 이상으로 낫습니다. 참여했다면 도움이 되었을 것입니다."
    ),
    "On these rows a model of your own is better than the shared one, by more than chance: the shared model would "
    "not have helped. A member uses its own model where that is better.": (
        "이 행에서는 자체 모델이 공동 모델보다 우연 이상으로 낫습니다. 공동 모델은 도움이 되지 않았을 것입니다. "
        "참여 기업은 자체 모델이 나은 곳에서는 그것을 씁니다."
    ),
    "No clear difference: these {defects} defects do not tell whether joining would have helped. More defects would.": (
        "뚜렷한 차이가 없습니다. 불량 {defects}건으로는 참여가 도움이 되었을지 알 수 없습니다. "
        "불량이 더 많으면 알 수 있습니다."
    ),
    "Ask the office that invited you for a new one. If this machine's clock stood wrong, set it right and load the bundle "
    "again from the link.": (
        "초대한 사무국에 새 번들을 요청하십시오. 이 컴퓨터의 시계가 틀렸다면 바로 맞추고 링크에서 번들을 다시 받으십시오."
    ),
    "A trial takes lots with defects, and lots with good rows, of either two at least: a lot is never divided.": (
        "시험에는 불량이 있는 로트와 양품이 있는 로트가 각각 2개 이상 필요합니다. 한 로트는 나누지 않습니다."
    ),
    "Take rows of a longer time, so that several lots hold defects; or name the right column of lots.": (
        "더 긴 기간의 행을 써서 여러 로트에 불량이 있게 하거나, 로트 열을 올바르게 지정하십시오."
    ),
}
