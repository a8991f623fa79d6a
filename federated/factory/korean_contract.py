"""A contract in Korean, as it is read back before it is signed; English sentence → Korean."""

CONTRACT: dict[str, str] = {
    "{programme}, version {version}, hash {hash}": "{programme}, 버전 {version}, 해시 {hash}",
    "Purpose: {purpose}.": "목적: {purpose}.",
    "Process: {process}.": "공정: {process}.",
    "Read at the factory, and staying there: {count} columns and the label {label}.": (
        "사업장에서 읽고 밖으로 나가지 않는 것: 열 {count}개와 판정 {label}."
    ),
    "{name} is a setting: advice may propose to change it.": "{name}: 설정값이며, 조언이 변경을 제안할 수 있습니다.",
    "{name} may have no gaps.": "{name}: 빈 값이 없어야 합니다.",
    "Every number is also compared with this site's own median, which stays here.": (
        "모든 숫자를 이 사업장의 중앙값과도 비교합니다. 중앙값은 사업장에 남습니다."
    ),
    "Never read, because they are parts of the label: {names}.": "판정의 일부라서 읽지 않는 것: {names}.",
    "Lots stand in the column {lot}; rows of one lot are never divided between training and proof.": (
        "로트는 {lot} 열에 있습니다. 한 로트의 행은 학습용과 증명용으로 나뉘지 않습니다."
    ),
    "{name}: yes or no": "{name}: 예 또는 아니요",
    "{name}: one of {categories}": "{name}: 다음 중 하나: {categories}",
    "{name}: a number; counting finds its range": "{name}: 숫자. 범위는 집계로 정합니다",
    "{name}: a number from {low} to {high}; others are pulled to it": (
        "{name}: {low}부터 {high}까지의 숫자. 벗어난 값은 이 범위로 당깁니다"
    ),
    "In a run this leaves a factory:": "학습에서 사업장 밖으로 나가는 것:",
    ("With it go the site's name, keys and signatures, the version of its program, and the seconds that it took."): (
        "함께 나가는 것: 사업장 이름, 공개 키와 서명, 프로그램 버전, 걸린 시간(초)."
    ),
    ("And whenever someone there sends them: which columns drift and how many rows were looked at, no value of a row."): (
        "그곳에서 누군가 보낼 때에만: 어느 열이 변했는지와 살펴본 행의 수. 행의 값은 보내지 않습니다."
    ),
    (
        "Where a site cannot answer it says why in words: which column breaks which rule, with one "
        "value at most. Nothing else leaves."
    ): (
        "답할 수 없으면 이유를 문장으로 알립니다. 어느 열이 어느 규칙을 "
        "어겼는지와 값 하나까지입니다. 그 밖에는 아무것도 나가지 않습니다."
    ),
    "The risk of a lot stays at its factory.": "로트의 위험도는 사업장에 남습니다.",
    (
        "A factory may send each lot's number, mean and highest risk and counts of rows, which the lot's customer then sees."
    ): ("사업장은 로트마다 번호, 평균 위험도와 최고 위험도, 행 수를 보낼 수 있고, 그 로트의 고객이 봅니다."),
    "A site's figures are seen by its own firm; all others see means and quartiles.": (
        "사업장의 수치는 그 회사만 봅니다. 다른 회사는 평균과 사분위수를 봅니다."
    ),
    "A site's figures are seen by all members.": "사업장의 수치는 모든 구성원이 봅니다.",
    "The office may give the shared model, signed and for a time, to firms that have not joined, so that they try it; "
    "with it go the figures that all members see.": (
        "사무국은 공동 모델을 아직 참여하지 않은 기업이 시험하도록 서명하고 기한을 정해 줄 수 있습니다. "
        "모든 참여 기업이 보는 수치가 함께 갑니다."
    ),
    "The server deletes what a run left {days} days after its end; a model in use stays.": (
        "서버는 학습이 끝나고 {days}일 뒤에 학습이 남긴 것을 삭제합니다. 사용 중인 모델은 남습니다."
    ),
    "Privacy level: off. Nothing is hidden by noise.": "프라이버시 수준: 없음. 잡음으로 가리지 않습니다.",
    (
        "Privacy level: {level}. Noise hides each single training row; the number of training rows, "
        "their hash and all that rests on held-out rows have no noise."
    ): (
        "프라이버시 수준: {level}. 잡음이 학습 행 하나하나를 가립니다. 학습 행의 "
        "수와 해시, 그리고 따로 둔 행에서 나온 것에는 잡음이 없습니다."
    ),
    "Trees grow in {rounds} rounds of {count}, {depth} levels deep.": (
        "트리는 {rounds}라운드 동안 한 번에 {count}그루씩, 깊이 {depth}단계로 키웁니다."
    ),
    "A network trains in {rounds} rounds, {epochs} times over the rows in each; its strategy is {name}.": (
        "신경망은 {rounds}라운드 동안, 라운드마다 행 전체를 {epochs}번 학습합니다. 방식: {name}."
    ),
    (
        "A round of trees counts with {fewest} sites at least, one of the network with {quorum}; each "
        "waits about {seconds} s for the others."
    ): (
        "트리 라운드는 사업장이 최소 {fewest}곳, 신경망 라운드는 "
        "{quorum}곳일 때 유효하고, 다른 사업장을 약 {seconds}초 기다립니다."
    ),
    "A round counts with {fewest} sites at least and waits about {seconds} s for the others.": (
        "라운드는 사업장이 최소 {fewest}곳일 때 유효하고, 다른 사업장을 약 {seconds}초 기다립니다."
    ),
    "Of a site's rows {train} train, {validation} choose and calibrate, and {test} prove what it brings.": (
        "사업장의 행 가운데 {train}는 학습, {validation}는 선택과 보정, {test}는 효과 증명에 씁니다."
    ),
    "A site takes part from {rows} training rows on, with {defects} defects among them.": (
        "학습 행이 최소 {rows}개이고 그중 불량이 최소 {defects}개일 때 사업장이 참여합니다."
    ),
    "Guarded: who spoils the trees again and again is looked for in halves and left out.": (
        "감시: 트리를 거듭 망치는 사업장을 두 묶음으로 나누어 찾아 배제합니다."
    ),
    "Who makes sums of trees that no rows can have is looked for, and left out of the run.": (
        "어떤 행에서도 나올 수 없는 트리 합계를 만드는 사업장은 찾아내어 학습에서 배제합니다."
    ),
    "Not guarded: rounds that harm most sites are refused, and nobody is left out for that.": (
        "감시 안 함: 대부분의 사업장에 해로운 라운드는 거절하지만 아무도 배제하지 않습니다."
    ),
    "Masked: of the network's updates the server reads the weighted mean only, so that a false one cannot be told, "
    "shortened or left out.": (
        "마스킹: 서버는 신경망 갱신값의 가중 평균만 읽습니다. 그래서 거짓 갱신값을 가려내거나 줄이거나 제외할 수 없습니다."
    ),
    "Not masked: the server sees the weights of each site after training; one that goes too far is named and left out.": (
        "마스킹 안 함: 서버가 사업장마다 학습한 뒤의 가중치를 봅니다. 지나치게 벗어난 것은 밝히고 제외합니다."
    ),
    "Signed with it, word for word:": "함께 서명하는 원문:",
    "Adaptive steps along that mean, for rounds that swing": (
        "그 평균을 따라가는 적응형 단계. 라운드마다 결과가 흔들릴 때 씁니다"
    ),
    "Mean of all sites, weighted by rows": "모든 사업장의 평균(행 수로 가중)",
    "Mean of each weight without its lowest and highest; bears hostile sites": (
        "가중치마다 최저값과 최고값을 뺀 평균. 악의적인 사업장이 있어도 견딥니다"
    ),
    "Mean of the sites that lie near each other; names those left out": (
        "서로 가까운 사업장들의 평균. 제외된 사업장을 밝힙니다"
    ),
    "Median of each weight; bears hostile sites, rows do not weigh": (
        "가중치마다의 중앙값. 악의적인 사업장이 있어도 견디며, 행 수는 반영하지 않습니다"
    ),
    "That mean, each site corrected for its drift from the others": (
        "그 평균에, 사업장마다 다른 사업장과 벌어진 만큼을 보정"
    ),
    "counts of values in bins of at least 11 rows": "값의 구간별 개수(한 구간에 11행 이상)",
    "whether a round's trees help: the mean change of the loss on held-out rows by them, and its error": (
        "한 라운드의 트리가 도움이 되는지: 따로 둔 행의 손실이 평균적으로 얼마나 바뀌는지와 그 오차"
    ),
    (
        "after a round of trees that most sites found worse: masked tables of which the server reads the sum "
        "over each of two halves of the sites, the same two in the whole run, three sites at least in each"
    ): (
        "대부분의 사업장이 나쁘다고 한 트리 라운드 뒤: 사업장을 둘로 나눈 묶음별 합계만 서버가 읽는 "
        "가려진 표. 두 묶음은 학습 내내 같고 각각 사업장이 3곳 이상입니다"
    ),
    (
        "after a sum of such tables that no rows can have: the same tables over other samples of the rows, "
        "summed over all sites but one, each in turn, or but a few; together they tell the server roughly how "
        "a site differs from the others"
    ): (
        "이러한 표의 합계가 어떤 행에서도 나올 수 없는 값이었을 때: 행을 새로 추출한 같은 표를 한 "
        "사업장씩(또는 몇 곳씩) 차례로 빼고 합한 값. 모두 모으면 서버가 한 사업장이 다른 사업장들과 "
        "대략 어떻게 다른지 알 수 있습니다"
    ),
    (
        "in the first twelve rounds of trees: masked tables of which the server reads the sum over each of "
        "two halves of the sites, drawn anew for each round; over a run it can tell from them how a site "
        "differs from the others; and the mean change of the loss on training rows by the other half's trees, "
        "and its error"
    ): (
        "트리의 처음 12라운드: 라운드마다 새로 나눈 두 묶음별 합계만 서버가 읽는 가려진 표. 학습 "
        "전체를 보면 서버가 한 사업장이 다른 사업장들과 어떻게 다른지 알 수 있습니다. 그리고 다른 "
        "묶음의 트리로 학습 행의 손실이 평균적으로 얼마나 바뀌는지와 그 오차"
    ),
    "tables of gradients per bin or leaf for the trees, masked: the server reads their sum over the sites only": (
        "트리를 위한 구간별·잎별 기울기 표. 가려져 있어 서버는 사업장 전체의 합계만 읽습니다"
    ),
    "weights of the network after local training, masked: the server reads their weighted mean only": (
        "사업장에서 학습한 뒤의 신경망 가중치. 가려져 있어 서버는 가중 평균만 읽습니다"
    ),
    "weights of the network after local training": "사업장에서 학습한 뒤의 신경망 가중치",
    "weights of the network after local training, and the change of its mean gradient": (
        "사업장에서 학습한 뒤의 신경망 가중치와, 평균 기울기의 변화량"
    ),
    "six sums and two limits over held-out rows, for calibration and verdicts": (
        "보정과 판정을 위해, 따로 둔 행에서 구한 합계 여섯 개와 한계값 두 개"
    ),
    "six sums over held-out rows, for calibration": "보정을 위해, 따로 둔 행에서 구한 합계 여섯 개",
    (
        "numbers of rows, of defects and of lots with defects; quality figures on held-out rows; after a round of a network "
        "its mean loss on training rows, not under a privacy level"
    ): (
        "행 수, 불량 수, 불량이 있는 로트 수. 따로 둔 행에 대한 품질 지표. 신경망 라운드 뒤에는 학습 행의 평균 손실"
        "(프라이버시 수준이 적용되면 보내지 않습니다)"
    ),
    "a hash of the training rows at the end of a run, which tells whether they are the same as before": (
        "학습이 끝날 때 학습 행의 해시. 학습 행이 전과 같은지만 알려 줍니다"
    ),
    "numbers of rows and of defects, and quality figures on held-out rows": (
        "행 수와 불량 수, 그리고 따로 둔 행에 대한 품질 지표"
    ),
    "how well attacks on its own training rows do, as shares and one AUROC; not under a privacy level": (
        "자기 학습 행에 대한 공격이 얼마나 통하는지(비율과 AUROC 하나). 프라이버시 수준이 적용되면 보내지 않습니다"
    ),
    (
        "whether a round's trees help, once a round: the mean change of the loss on held-out rows by them in "
        "steps of half its error, no row with more than an eleventh of it"
    ): (
        "한 라운드의 트리가 도움이 되는지(라운드마다 한 번): 따로 둔 행의 손실이 평균적으로 얼마나 "
        "바뀌는지를 오차의 절반 단위로. 어느 행도 그 변화의 11분의 1을 넘지 않습니다"
    ),
    (
        "whether a round's trees help, once a round and once more where a run is taken up again: by their "
        "change of the loss on held-out rows better, worse or cannot tell, and by chance where it lies in between"
    ): (
        "한 라운드의 트리가 도움이 되는지(라운드마다 한 번, 학습을 재개하면 한 번 더): 따로 둔 행의 손실 변화에 따라 "
        "나음, 나쁨, 판단 불가 중 하나로. 그 사이에 있으면 우연으로 정합니다"
    ),
}
