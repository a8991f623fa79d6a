"""What the program says, in Korean; English sentence → Korean, holes in the same order."""

from .korean_contract import CONTRACT
from .korean_trial import TRIAL

KOREAN: dict[str, str] = {
    # map
    "No column of the table is alike.": "비슷한 열이 표에 없습니다.",
    "Is “{what}” meant?": "“{what}”이(가) 맞습니까?",
    "Several columns may be meant: {what}.": "여러 열이 해당될 수 있습니다: {what}.",
    "What do its codes mean: {what}?": "코드의 뜻이 무엇입니까: {what}?",
    "Does 1 mean a defect in “{what}”?": "“{what}”에서 1이 불량을 뜻합니까?",
    "The contract does not list: {what}. These count as unknown.": "계약에 없는 값: {what}. 알 수 없음으로 봅니다.",
    "“{what}” holds text, and the contract asks for numbers.": "“{what}”에는 글자가 있고 계약은 숫자를 요구합니다.",
    "No conversion is known for the unit: {what}.": "단위 환산을 알 수 없습니다: {what}.",
    "Its values are outside of what the contract allows (own; agreed): {what}.": (
        "값이 계약 범위를 벗어납니다(실제; 합의): {what}."
    ),
    "Its values fit the agreed range only when converted: {what}.": "환산해야만 합의한 범위에 맞습니다: {what}.",
    "Left open: {names}. Nothing was written.": "정하지 못함: {names}. 아무것도 쓰지 않았습니다.",
    "Say it: --column NAME=YOURS, --unit NAME=psi, --good OK --defect NG; or run it without --yes.": (
        "지정하십시오: --column 이름=우리열, --unit 이름=psi, --good OK --defect NG. 또는 --yes 없이 실행하십시오."
    ),
    "Write this into the settings? Type yes: ": "이대로 설정에 쓸까요? yes 또는 예를 입력하십시오: ",
    "Nothing was written.": "아무것도 쓰지 않았습니다.",
    "{count} columns are mapped: {file}": "열 {count}개를 연결했습니다: {file}",
    "Next: dure-factory check": "다음: dure-factory check",
    "note: {text}": "참고: {text}",
    "It is written NAME=VALUE.": "이름=값으로 씁니다.",
    "See dure-factory map --help.": "dure-factory map --help를 보십시오.",
    "The table has that column.": "표에 그 열이 있어야 합니다.",
    "A conversion is known between the units: {own} → {wanted}.": ("두 단위 사이의 환산을 알아야 합니다: {own} → {wanted}."),
    "A factor is a number other than 0.": "계수는 0이 아닌 숫자입니다.",
    "for example: {cells}": "예: {cells}",
    "Codes of good parts, with commas: ": "양품 코드(쉼표로 구분): ",
    "Codes of defects: ": "불량 코드: ",
    "Codes of parts not inspected yet, which are left out (empty: none): ": "아직 검사하지 않아 뺄 코드(없으면 비움): ",
    "Take it as it is? Type yes: ": "이대로 받아들일까요? yes 또는 예를 입력하십시오: ",
    "Number or name of the column for “{name}” (empty: leave it open): ": (
        "“{name}” 열의 번호나 이름(비우면 정하지 않음): "
    ),
    "These rows cannot be read yet: {text}": "아직 읽을 수 없는 행입니다: {text}",
    "As they will be read:": "이렇게 읽습니다:",
    "Nobody answers here; nothing was changed. Say it on the command line, or use --yes.": (
        "답할 사람이 없어 아무것도 바꾸지 않았습니다. 명령줄에 지정하거나 --yes를 쓰십시오."
    ),
    # Acts
    "Joined as {}. Settings: {}": "{}(으)로 가입했습니다. 설정: {}",
    "{} contract(s) to read. Next: put rows into {}, then dure-factory approve": (
        "읽을 계약 {}건. 다음: {}에 행 파일을 넣고 dure-factory approve"
    ),
    "fix": "해결",
    "warning: {}": "경고: {}",
    "{rows} rows with {defects} defects fit {contract}; {train} of them with {train_defects} defects train.": (
        "{rows}행(불량 {defects})이 {contract}에 맞습니다. 그중 {train}행(불량 {train_defects})으로 학습합니다."
    ),
    "Countersigned {} with this site's key.": "이 사업장의 키로 {}에 서명했습니다.",
    "This site has countersigned it already.": "이 사업장은 이미 서명했습니다.",
    "Countersign for this site? Type yes: ": "이 사업장 이름으로 서명할까요? yes 또는 예를 입력하십시오: ",
    "Not countersigned; nothing changed.": "서명하지 않았습니다. 바뀐 것이 없습니다.",
    "Withdrawn: {} v{}. The node refuses it from now on.": "철회했습니다: {} v{}. 이제부터 노드가 거절합니다.",
    "\nNothing was sent.": "\n아무것도 보내지 않았습니다.",
    "{} rows scored with the model of run {}: {}": "{}행의 위험도를 계산했습니다. 학습 {}의 모델: {}",
    "{change}: risk around it {before} → {after}; {rows} similar rows ran so, {defects} of them defects (association)": (
        "{change}: 부근의 위험도 {before} → {after}. 비슷한 {rows}행이 이 값에서 작업했고 그중 불량 {defects}건"
        "(연관이며 원인은 아님)"
    ),
    "ok: of all defects at most {missed} pass ({sure} sure; {count} held-out defects prove it).": (
        "ok: 전체 불량 가운데 ok로 통과하는 비율은 최대 {missed}입니다(확신 {sure}, 따로 둔 불량 {count}건이 근거)."
    ),
    (
        "No row is ok: to prove that at most {missed} of all defects pass ({sure} sure) it takes {least} held-out "
        "defects, and this site has {count}."
    ): (
        "ok로 판정한 행이 없습니다: 전체 불량 가운데 최대 {missed}만 통과함을 {sure} 확신으로 증명하려면 따로 둔 불량이 "
        "{least}건 필요한데 이 사업장에는 {count}건 있습니다."
    ),
    "This model holds no proof of this site, so that every row is to be inspected; take part in the next run.": (
        "이 모델에는 이 사업장에 대한 증명이 없어 모든 행을 검사해야 합니다. 다음 학습에 참여하십시오."
    ),
    (
        "ok: in the mean over lots with defects, at most {missed} of a lot's defects pass ({sure} sure; {count} held-out "
        "lots with defects prove it)."
    ): (
        "ok: 불량이 있는 로트의 평균으로, 한 로트의 불량 가운데 ok로 통과하는 비율은 최대 {missed}입니다"
        "(확신 {sure}, 따로 둔 불량 로트 {count}개가 근거)."
    ),
    (
        "No row is ok: to prove that in the mean over lots with defects at most {missed} of a lot's defects pass "
        "({sure} sure) it takes {least} held-out lots with defects, and this site has {count}."
    ): (
        "ok로 판정한 행이 없습니다: 불량이 있는 로트의 평균으로 한 로트의 불량 가운데 최대 {missed}만 통과함을 "
        "{sure} 확신으로 증명하려면 따로 둔 불량 로트가 {least}개 필요한데 이 사업장에는 {count}개 있습니다."
    ),
    "defect: in the mean over lots with rows called defect, at most {false} of a lot's such rows are good ({sure} sure).": (
        "defect: defect로 판정한 행이 있는 로트의 평균으로, 한 로트의 해당 행 가운데 양품은 최대 {false}입니다(확신 {sure})."
    ),
    (
        "No row is called defect: held-out lots do not prove that in their mean at most {false} of a lot's such rows "
        "would be good."
    ): (
        "defect로 판정한 행이 없습니다: 로트의 평균으로 한 로트의 해당 행 가운데 양품이 최대 {false}임을 "
        "따로 둔 로트로 증명할 수 없습니다."
    ),
    "defect: of the rows called defect at most {false} are good ({sure} sure).": (
        "defect: defect로 판정한 행 가운데 양품은 최대 {false}입니다(확신 {sure})."
    ),
    "No row is called defect: held-out rows do not prove that at most {false} of them would be good.": (
        "defect로 판정한 행이 없습니다: 그중 양품이 최대 {false}임을 따로 둔 행으로 증명할 수 없습니다."
    ),
    "Sent: {} lot(s) with mean and highest risk and counts of rows; see status.": (
        "보냄: 로트 {}개의 평균 및 최고 위험도와 행 수. status를 보십시오."
    ),
    "Drift in {}: check the sensors; if they are right, propose to train again.": (
        "{}에서 변화가 있습니다. 센서를 확인하고, 센서가 맞으면 다시 학습하자고 제안하십시오."
    ),
    "Sent: {} flags, no values.": "보냄: 표시 {}개, 값은 없습니다.",
    "{} lot(s) that customers have inspected: {}": "고객이 검사한 로트 {}개: {}",
    "{}: {} MB, the model of run {}, signed with this site's key": (
        "{}: {} MB, 학습 {}의 모델, 이 사업장의 키로 서명했습니다"
    ),
    "http://127.0.0.1:{}/risks answers with the model of run {}; Ctrl-C ends it": (
        "http://127.0.0.1:{}/risks 에서 학습 {}의 모델이 답합니다. Ctrl-C로 끝냅니다"
    ),
    "site {}, server {}, gateway {}": "사업장 {}, 서버 {}, 게이트웨이 {}",
    "{} replies have left this site, {} MB packed: {}": "이 사업장에서 나간 응답 {}건, 압축 {} MB: {}",
    "privacy: ε {} of {} spent (δ {}) in {} run(s)": "프라이버시: ε {} / {} 사용(δ {}), 학습 {}회",
    "model of run {}, {}": "학습 {}의 모델, {}",
    "{} (this site): {}": "{}(이 사업장): {}",
    "{} is not known here.": "{}은(는) 여기서 모르는 사업장입니다.",
    "{}: {}, first seen {}": "{}: {}, 처음 본 때 {}",
    "Leave as {site}? No run will ask this site again. Type yes: ": (
        "{site}(으)로서 탈퇴할까요? 이후 어떤 학습도 이 사업장에 묻지 않습니다. yes 또는 예를 입력하십시오: "
    ),
    "Nothing changed.": "바뀐 것이 없습니다.",
    "{} has left already.": "{}은(는) 이미 탈퇴했습니다.",
    "Ledger, models, contracts and settings are deleted.": "기록, 모델, 계약, 설정을 삭제했습니다.",
    "Kept: the ledger of what has left, the models, contracts and settings, in {}; score works on.": (
        "남겨 둔 것: 내보낸 기록, 모델, 계약, 설정({}). score는 계속 쓸 수 있습니다."
    ),
    "This site has left its federation.": "이 사업장은 연합에서 탈퇴했습니다.",
    "{name}: PSI {psi} on {rows} rows: chance; {least} rows tell more": (
        "{name}: {rows}행에서 PSI {psi}: 우연일 수 있습니다. {least}행은 있어야 알 수 있습니다"
    ),
    "{name}: PSI {psi}, above {limit}: drift, its values are others than in the training": (
        "{name}: PSI {psi}, {limit} 초과: 드리프트, 값이 학습 때와 달라졌습니다"
    ),
    "{name}: PSI {psi}, above {limit}: watched, its values begin to differ": (
        "{name}: PSI {psi}, {limit} 초과: 주의, 값이 달라지기 시작합니다"
    ),
    "{name}: PSI {psi} on {rows} rows: chance; as many rows of the training give up to {chance}": (
        "{name}: {rows}행에서 PSI {psi}: 우연입니다. 학습 때의 행도 이만큼이면 {chance}까지 나옵니다"
    ),
    "{name}: PSI {psi}: as in the training": "{name}: PSI {psi}: 학습 때와 같습니다",
    "{} has left. The key is gone; joining again needs a new token.": (
        "{}이(가) 나갔습니다. 키를 지웠으며 다시 가입하려면 새 토큰이 필요합니다."
    ),
    # doctor
    "site {}, server {}": "사업장 {}, 서버 {}",
    "present, readable for its owner only": "있으며 소유자만 읽을 수 있습니다",
    "{} is missing.": "{}이(가) 없습니다.",
    "Ask the administrator for a new token, then: dure-factory leave; dure-factory join <token address>": (
        "관리자에게 새 토큰을 요청한 뒤: dure-factory leave; dure-factory join <토큰 주소>"
    ),
    "{} can be read by others.": "{}을(를) 다른 사용자가 읽을 수 있습니다.",
    "{} is no key any more.": "{}은(는) 더 이상 키가 아닙니다.",
    "{} GB free": "{} GB 남음",
    "{} MB free below {}.": "{} MB만 남았습니다: {}.",
    "Free at least 500 MB: rounds are kept on disk.": "500 MB 이상 비우십시오. 라운드를 디스크에 보관합니다.",
    "answers, and knows this site": "답하며 이 사업장을 압니다",
    "{} s off": "{}초 차이",
    "This machine's clock is {} minutes {}.": "이 컴퓨터의 시계가 {}분 다릅니다({}).",
    "Set it by NTP: timedatectl set-ntp true": "NTP로 맞추십시오: timedatectl set-ntp true",
    "not compared: the server does not answer": "비교하지 못함: 서버가 답하지 않습니다",
    "This is dure-factory {}; the server works with {}.": "이것은 dure-factory {}이고 서버는 {}(으)로 일합니다.",
    "The gateway's name {} is not found.": "게이트웨이 이름 {}을(를) 찾지 못했습니다.",
    "Correct `gateway` in the settings, or let your DNS know the name.": (
        "설정의 `gateway`를 고치거나 DNS에 이름을 등록하십시오."
    ),
    "port {} is open": "포트 {} 열림",
    "No TCP connection to {}:{} ({}).": "{}:{}에 TCP로 연결되지 않습니다({}).",
    "Let your firewall open outbound TCP to {}:{}; nothing inbound is needed.": (
        "방화벽에서 {}:{}(으)로 나가는 TCP를 여십시오. 들어오는 것은 필요 없습니다."
    ),
    "{}, certificate trusted": "{}, 인증서를 신뢰합니다",
    "Ask the coordinator for the federation's CA file and put it there.": (
        "코디네이터에게 연합의 CA 파일을 받아 그곳에 두십시오."
    ),
    "The gateway's certificate is not trusted ({}).": "게이트웨이 인증서를 신뢰할 수 없습니다({}).",
    "A proxy opens TLS on the way (let it pass this host), or the CA changed (ask the coordinator for the file).": (
        "중간의 프록시가 TLS를 열거나(이 호스트를 통과시키십시오) CA가 바뀌었습니다(코디네이터에게 파일을 요청하십시오)."
    ),
    "the gateway admits this site": "게이트웨이가 이 사업장을 받아들입니다",
    "The gateway refuses this site: suspended, left, or never joined.": (
        "게이트웨이가 이 사업장을 거절합니다. 중지되었거나, 나갔거나, 가입한 적이 없습니다."
    ),
    "Ask the coordinator to admit the site again, or join with a new token.": (
        "코디네이터에게 다시 받아 달라고 하거나 새 토큰으로 가입하십시오."
    ),
    "The gateway is there, the SuperLink behind it is not.": "게이트웨이는 있으나 그 뒤의 SuperLink가 없습니다.",
    "Wait a minute; if it stays, tell the coordinator.": "잠시 기다리고, 계속되면 코디네이터에게 알리십시오.",
    "The gateway breaks the connection ({}).": "게이트웨이가 연결을 끊습니다({}).",
    "Tell the coordinator: the SuperLink may be down.": "코디네이터에게 알리십시오. SuperLink가 멈췄을 수 있습니다.",
    "Contract {} was changed after it was countersigned.": "계약 {}이(가) 서명한 뒤에 바뀌었습니다.",
    "Read it again: dure-factory approve": "다시 읽으십시오: dure-factory approve",
    "{}none countersigned.": "{}서명한 계약이 없습니다.",
    "Read and countersign: dure-factory approve": "읽고 서명하십시오: dure-factory approve",
    "`gateway` is {}.": "`gateway`가 {}입니다.",
    'Write it as "host:port" in the settings.': '설정에 "호스트:포트"로 쓰십시오.',
    # Errors
    "This factory has not joined yet.": "이 사업장은 아직 가입하지 않았습니다.",
    "Run: dure-factory join <token address>": "실행: dure-factory join <토큰 주소>",
    "miss_cost = {}: a cost is above 0": "miss_cost = {}: 비용은 0보다 큽니다",
    "{} = {}: a share lies between 0 and 1": "{} = {}: 비율은 0과 1 사이입니다",
    "The settings cannot be read.": "설정을 읽을 수 없습니다.",
    'Compare it with the example in docs/federated.md; columns are written "contract name" = "your name".': (
        'docs/federated.md의 예와 비교하십시오. 열은 "계약 이름" = "우리 이름"으로 씁니다.'
    ),
    "This factory answers only for contracts it countersigned.": "이 사업장은 서명한 계약에만 답합니다.",
    "Read the contract with `dure-factory approve`, and countersign it if your firm agrees.": (
        "`dure-factory approve`로 계약을 읽고, 회사가 동의하면 서명하십시오."
    ),
    "The contract was changed after this factory countersigned it.": "이 사업장이 서명한 뒤에 계약이 바뀌었습니다.",
    "This folder belongs to a site that has joined already.": "이 폴더는 이미 가입한 사업장의 것입니다.",
    "Run `dure-factory leave` first, or name another folder with --home.": (
        "먼저 `dure-factory leave`를 실행하거나 --home으로 다른 폴더를 지정하십시오."
    ),
    "One contract must be named.": "계약 하나를 지정해야 합니다.",
    "Name the beginning of one hash.": "해시의 앞부분을 지정하십시오.",
    "Ask the coordinator to publish the contract.": "코디네이터에게 계약을 게시해 달라고 하십시오.",
    "The contract names no column of lots.": "계약에 로트 열이 없습니다.",
    "Score without it, or ask the coordinator.": "그것 없이 계산하거나 코디네이터에게 문의하십시오.",
    "The contract keeps risks of lots at this factory.": "계약상 로트의 위험도는 이 사업장에 남습니다.",
    "Ask the coordinator for a contract that shares them, and countersign it.": (
        "코디네이터에게 공유하는 계약을 요청하고 서명하십시오."
    ),
    "The contract of that run is not known here.": "그 학습의 계약을 여기서 알지 못합니다.",
    "See dure-factory status.": "dure-factory status를 보십시오.",
    "No model is released to this factory yet.": "이 사업장에 배포된 모델이 아직 없습니다.",
    "Wait until the coordinator releases one; `--run N` scores with a model that is still in review.": (
        "코디네이터가 배포할 때까지 기다리십시오. `--run N`은 검토 중인 모델로 계산합니다."
    ),
    "This is no joining address.": "가입 주소가 아닙니다.",
    "Copy the whole line that the administrator's page shows.": "관리자 화면에 나온 줄 전체를 복사하십시오.",
    "The server does not answer.": "서버가 답하지 않습니다.",
    "Check the network and the address; `dure-factory doctor` goes through a site's settings step by step.": (
        "네트워크와 주소를 확인하십시오. 사업장의 설정은 `dure-factory doctor`가 하나씩 점검합니다."
    ),
    "The body holds rows: a list of objects, one for each row.": ("본문에는 행마다 객체 하나인 목록 rows가 있어야 합니다."),
    "Send {}]}.": "{}]} 형식으로 보내십시오.",
    "One call holds at most {} rows.": "한 번에 최대 {}행입니다.",
    "The {} rows hold one class only: some figures of the certificate stay unknown.": (
        "{} 행에 한 가지 판정만 있어 증명서의 일부 수치는 알 수 없습니다."
    ),
    "The model compares values with this factory's own medians; at least {} rows show them.": (
        "모델은 이 사업장의 중앙값과 비교합니다. 그것을 알려면 최소 {}행이 필요합니다."
    ),
    "Put rows of ordinary production there; they need no labels.": (
        "평소 생산의 행을 그곳에 두십시오. 판정은 없어도 됩니다."
    ),
    "Only a site that took part in a run knows what its rows looked like then.": (
        "학습에 참여한 사업장만 그때의 행이 어떠했는지 압니다."
    ),
    "Take part in the next run.": "다음 학습에 참여하십시오.",
    "A run stays within ε {}.": "한 학습은 ε {} 안에 있습니다.",
    "Fewer rounds or epochs, or more rows at the site.": "라운드나 에폭을 줄이거나 사업장의 행을 늘리십시오.",
    "This data set may spend ε {} over its life, in all programmes together.": (
        "이 데이터는 모든 프로그램을 합해 평생 ε {}까지 쓸 수 있습니다."
    ),
    "Use new rows, or let the firm raise the budget in the settings.": ("새 행을 쓰거나 회사가 설정에서 예산을 높이십시오."),
    # Rows
    "The table has a column for every name in the contract.": "계약의 모든 이름에 해당하는 열이 표에 있어야 합니다.",
    'Export the column, or run `dure-factory map`, which writes [columns] "contract name" = "your name".': (
        '열을 내보내거나 `dure-factory map`을 실행하십시오. [columns] "계약 이름" = "우리 이름"을 써 줍니다.'
    ),
    "A column that is part of the label cannot be a feature.": "판정의 일부인 열은 특성이 될 수 없습니다.",
    "Map the feature to the column that is measured before the label is known.": (
        "판정이 나오기 전에 측정한 열에 연결하십시오."
    ),
    "Column {}: {} are not inspected yet; they are left out.": "열 {}: {}은(는) 아직 검사하지 않아 뺍니다.",
    "Column {}: numbers only. {} hold text. Remedy: export numbers with a decimal point, empty for gaps.": (
        "열 {}: 숫자만 됩니다. {}에 글자가 있습니다. 해결: 소수점을 쓴 숫자로 내보내고 빈 값은 비우십시오."
    ),
    "Column {}: finite numbers only. {} are infinite. Remedy: export a gap instead.": (
        "열 {}: 유한한 숫자만 됩니다. {}이(가) 무한대입니다. 해결: 비워서 내보내십시오."
    ),
    "Column {}: no gaps allowed by the contract. {} are empty. Remedy: fill or leave these rows out.": (
        "열 {}: 계약상 빈 값이 없어야 합니다. {}이(가) 비었습니다. 해결: 채우거나 그 행을 빼십시오."
    ),
    "Column {}: at most 1 % outside {} to {}. {} are outside. Remedy: check the sensor and the unit; "
    "convert it in the settings with factor and offset.": (
        "열 {}: {}~{} 밖은 최대 1 %입니다. {}이(가) 벗어났습니다. 해결: 센서와 단위를 확인하고 "
        "`dure-factory map`으로 환산하십시오."
    ),
    "Column {}: {} hold a value that the contract does not list; they count as unknown.": (
        "열 {}: {}에 계약에 없는 값이 있으며 알 수 없음으로 봅니다."
    ),
    "Column {}: the label is 0 (good) or 1 (defect). {} are neither. Remedy: run `dure-factory map`, "
    "which asks what each of your codes means.": (
        "열 {}: 판정은 0(양품) 또는 1(불량)입니다. {}이(가) 둘 다 아닙니다. 해결: `dure-factory map`을 실행하면 "
        "코드마다 뜻을 묻습니다."
    ),
    "{} rows (number {})": "{}행(번호 {})",
    "{} row (number {})": "{}행(번호 {})",
    "The contract asks for at least {} training rows.": "계약은 학습 행을 최소 {}개 요구합니다.",
    "The contract asks for at least {} defects among the training rows.": ("계약은 학습 행에 불량을 최소 {}개 요구합니다."),
    "Training rows hold good parts too.": "학습 행에는 양품도 있어야 합니다.",
    "Collect more rows; until then this site can use a released model, and does not train.": (
        "행을 더 모으십시오. 그때까지 이 사업장은 배포된 모델을 쓸 수 있고 학습은 하지 않습니다."
    ),
    "Export all inspected parts.": "검사한 부품을 모두 내보내십시오.",
    "All files of a folder have the same columns as {}.": "폴더의 모든 파일은 {}와(과) 열이 같아야 합니다.",
    "Export all files with the same columns.": "모든 파일을 같은 열로 내보내십시오.",
    "The folder of rows must exist.": "행 폴더가 있어야 합니다.",
    "Correct `rows` in the settings file.": "설정 파일의 `rows`를 고치십시오.",
    "The folder holds no .csv, .txt, .xlsx, .xls, .ods or .parquet file.": (
        "폴더에 .csv, .txt, .xlsx, .xls, .ods, .parquet 파일이 없습니다."
    ),
    "Let the MES export CSV, Excel or Parquet files into it.": ("MES가 CSV, Excel 또는 Parquet 파일을 내보내게 하십시오."),
    "The file is damaged or cut off.": "파일이 손상되었거나 잘렸습니다.",
    "Save or export it again.": "다시 저장하거나 내보내십시오.",
    "The query must run on the MES.": "쿼리가 MES에서 실행되어야 합니다.",
    "Check the address, the driver and the query with your database's own client.": (
        "데이터베이스 프로그램으로 주소, 드라이버, 쿼리를 확인하십시오."
    ),
    "Column {} has the same value in all rows. Is the sensor connected, is it the right column?": (
        "열 {}은(는) 모든 행에서 값이 같습니다. 센서가 연결되었는지, 맞는 열인지 확인하십시오."
    ),
    "Column {} is empty in all rows. Is it the right column?": (
        "열 {}은(는) 모든 행에서 비었습니다. 맞는 열인지 확인하십시오."
    ),
    "Column {} alone tells defects almost perfectly (AUROC {}). Is it measured after the inspection? "
    "Then it leaks the label and belongs out of the contract.": (
        "열 {} 하나로 불량을 거의 완전히 알 수 있습니다(AUROC {}). 검사 뒤에 측정한 값이면 판정을 미리 알려 주므로 "
        "계약에서 빼야 합니다."
    ),
    "{} rows stand there more than once. Was a file exported twice? Copies stand in training and in test rows, "
    "and make the certificate better than the model is.": (
        "{}행이 두 번 이상 있습니다. 파일을 두 번 내보냈습니까? 사본이 학습 행과 시험 행에 함께 있으면 증명서가 실제보다 "
        "좋게 나옵니다."
    ),
    "A received model gives every row a risk.": "받은 모델은 모든 행에 위험도를 줘야 합니다.",
    "With a privacy level a site answers each round once.": "프라이버시 수준이 있으면 라운드마다 한 번만 답합니다.",
    "Start another run; it takes from the budget anew.": "다른 학습을 시작하십시오. 예산을 새로 씁니다.",
    "Training from the received weights ends in finite ones.": "받은 가중치로 학습하면 유한한 값이 나와야 합니다.",
    "Lower the learning rate in the next contract.": "다음 계약에서 학습률을 낮추십시오.",
    "The contract has {} rounds of trees, then {} of the network.": (
        "계약에는 트리 {}라운드, 그다음 신경망 {}라운드가 있습니다."
    ),
    "Publish a contract that says so, and let the sites agree to it.": (
        "그렇게 쓴 계약을 게시하고 사업장의 동의를 받으십시오."
    ),
    "A bundle is what its key signed.": "번들은 키가 서명한 그대로여야 합니다.",
    "Ask the office that invited you for a new one.": "초대한 사무국에 새 번들을 요청하십시오.",
    "Make it anew with dure-factory bundle.": "dure-factory bundle로 다시 만드십시오.",
    **CONTRACT,
    **TRIAL,
}
