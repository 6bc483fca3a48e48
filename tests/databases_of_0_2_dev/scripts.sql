BEGIN TRANSACTION;
CREATE TABLE paid_answers (
	request VARCHAR(64) NOT NULL, 
	purse VARCHAR(100) NOT NULL, 
	answer TEXT NOT NULL, 
	tokens_in INTEGER NOT NULL, 
	tokens_out INTEGER NOT NULL, 
	money DOUBLE NOT NULL, 
	at DOUBLE NOT NULL, 
	PRIMARY KEY (request)
);
INSERT INTO "paid_answers" VALUES('a2984a68a4cb34fc7ed25e5a774ae8b9bfd304466523b5ba05d7cde72dd90c76','purse','an answer',100,10,2.5,1.79591370477499079707e+09);
CREATE TABLE paid_purses (
	name VARCHAR(100) NOT NULL, 
	tokens_in BIGINT NOT NULL, 
	tokens_out BIGINT NOT NULL, 
	money DOUBLE NOT NULL, 
	next_at DOUBLE NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "paid_purses" VALUES('purse',100,10,2.5,1.79591370104745554929e+09);
CREATE TABLE paid_revision (
	number INTEGER NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "paid_revision" VALUES(1);
CREATE TABLE scripts_jobs (
	name VARCHAR(100) NOT NULL, 
	settings TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "scripts_jobs" VALUES('scripts','{}');
CREATE TABLE scripts_revision (
	number INTEGER NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "scripts_revision" VALUES(1);
CREATE TABLE scripts_written (
	job VARCHAR(100) NOT NULL, 
	id VARCHAR(16) NOT NULL, 
	"order" TEXT NOT NULL, 
	written TEXT NOT NULL, 
	PRIMARY KEY (job, id)
);
INSERT INTO "scripts_written" VALUES('scripts','68ed059c631d3045','{"_format":1,"_release":"0.2.0.dev0","kind":"coffee","industry":"1079","structure":"comparison","mood":"cheerful","situation":"긴 오후, 비 내리는 창가의 카페","cuts":4,"brief":{"advertiser":"","product":{"name":"자올 둘레","category":"커피","description":"긴 오후에서 시작된 커피","selling_points":["다시 쓰는 컵","한 농장의 커피"]},"audience":"자녀가 독립한 50대 부부","tone":"발랄하고 경쾌한","language":"ko","duration_s":20.0,"aspect_ratio":"16:9","fps":30,"cuts":4,"must_show":[],"must_not_say":[]},"seed":1182173942}','{"_format":1,"_release":"0.2.0.dev0","order":"68ed059c631d3045","engine":{"name":"composer","revision":"1","label":"composer (rule-based writer, not a language model)"},"prompt_version":null,"seed":1182173952,"repaired":false,"manuscript":"{\"title\": \"자올 둘레 ‘한 가지 차이’ 편\", \"structure\": \"comparison\", \"concept\": \"남과 비교하지 않고 어제와 비교한다. 같은 긴 오후, 하나만 다른 두 장면을 나란히 놓아 차이가 저절로 보이게 한다. 제품: 긴 오후에서 시작된 커피. 소구점: 다시 쓰는 컵, 한 농장의 커피.\", \"slogan\": \"향이 먼저 말을 건다\", \"look\": {\"style\": \"대칭 구도의 팝한 화면\", \"lighting\": \"또렷하고 깨끗한 빛, 선명한 그림자\", \"lens\": \"24mm 광각, 깊은 심도\", \"palette\": [\"#eef7ff\", \"#7cc6fe\", \"#ffd166\", \"#3d405b\", \"#ef476f\"], \"prompt\": \"pop, symmetrical compositions; crisp, clean light with clear shadows; 24 mm wide, deep focus; muted palette with raspberry-pink accents; consistent colour grade, photographic realism, fine film grain\"}, \"sheet\": [{\"kind\": \"product\", \"id\": \"product\", \"name\": \"자올 둘레\", \"form\": \"cup\", \"description\": \"커피. 긴 오후에서 시작된 커피. 특징: 다시 쓰는 컵, 한 농장의 커피\", \"prompt\": \"a raspberry-pink ceramic-textured coffee cup with fine steam and golden crema\"}, {\"kind\": \"cast\", \"id\": \"cast_1\", \"name\": \"수정\", \"description\": \"54세 여성. 뒤로 묶은 검은 머리, 베이지 카디건.\", \"prompt\": \"a Korean woman in her mid fifties with black hair in a ponytail, wearing a beige cardigan\"}], \"pacing\": [5, 5, 4.5, 5.5], \"cuts\": [{\"size\": \"MS\", \"angle\": \"eye_level\", \"move\": \"zoom_in\", \"direction\": \"right\", \"transition\": \"cut\", \"continues\": false, \"setting\": \"cafe\", \"place\": \"비 내리는 창가의 카페\", \"time_of_day\": \"day\", \"action\": \"비를 피해 카페로 뛰어든 수정이 젖은 어깨를 털며 숨을 고른다.\", \"narration\": \"어제까지는, 긴 오후.\", \"dialogue\": [], \"sound_effect\": \"빗소리, 문 종소리\", \"music\": \"휘파람과 핑거 스냅\", \"caption\": \"어제\", \"video_prompt\": \"Medium shot at eye level, slow zoom in. Out of the rain, the woman runs into a café, brushes off wet shoulders and catches her breath. The woman: a Korean woman in her mid fifties with black hair in a ponytail, wearing a beige cardigan. Setting: a café window in the rain; daylight through the window.\", \"shows\": [\"cast_1\"]}, {\"size\": \"MCU\", \"angle\": \"over_shoulder\", \"move\": \"static\", \"direction\": \"right\", \"transition\": \"cut\", \"continues\": false, \"setting\": \"cafe\", \"place\": \"비 내리는 창가의 카페\", \"time_of_day\": \"day\", \"action\": \"수정이 자올 둘레의 온기에 손을 녹이며 천천히 마신다.\", \"narration\": \"하나만 바꿨습니다. 자올 둘레.\", \"dialogue\": [], \"sound_effect\": \"잔 부딪는 소리, 낮은 대화\", \"music\": \"박수와 드럼이 들어온다\", \"caption\": \"오늘\", \"video_prompt\": \"Medium close-up over the shoulder, locked-off camera. The woman warms her hands on the coffee and slowly drinks. The woman: a Korean woman in her mid fifties with black hair in a ponytail, wearing a beige cardigan. The coffee: a raspberry-pink ceramic-textured coffee cup with fine steam and golden crema. Setting: a café window in the rain; daylight through the window.\", \"shows\": [\"cast_1\", \"product\"]}, {\"size\": \"MS\", \"angle\": \"eye_level\", \"move\": \"zoom_in\", \"direction\": \"right\", \"transition\": \"cut\", \"continues\": false, \"setting\": \"cafe\", \"place\": \"비 내리는 창가의 카페\", \"time_of_day\": \"day\", \"action\": \"비가 그친 창밖. 수정이 고개를 들어 맑아진 거리를 본다.\", \"narration\": \"어느새, 그쳤습니다. 기다리니, 지나갑니다.\", \"dialogue\": [], \"sound_effect\": \"빗방울 하나\", \"music\": \"\", \"caption\": \"다시 쓰는 컵\", \"video_prompt\": \"Medium shot at eye level, slow zoom in. The rain has stopped; the woman looks up at the clearing street. The woman: a Korean woman in her mid fifties with black hair in a ponytail, wearing a beige cardigan. Setting: a café window in the rain; daylight through the window.\", \"shows\": [\"cast_1\"]}, {\"size\": \"CU\", \"angle\": \"eye_level\", \"move\": \"static\", \"direction\": \"neutral\", \"transition\": \"fade\", \"continues\": false, \"setting\": \"kitchen\", \"place\": \"고요한 식탁\", \"time_of_day\": \"day\", \"action\": \"두 손이 자올 둘레를 내려놓고 물러난다. 온기만 남은 화면.\", \"narration\": \"향이 먼저 말을 건다. 자올 둘레.\", \"dialogue\": [], \"sound_effect\": \"모든 소리가 잦아든다\", \"music\": \"브라스 한 방으로 끝\", \"caption\": \"향이 먼저 말을 건다 · 자올 둘레\", \"video_prompt\": \"Product hero shot, close-up at eye level, locked-off camera. Two hands set down the coffee and withdraw; only warmth is left in the frame. The coffee: a raspberry-pink ceramic-textured coffee cup with fine steam and golden crema. Setting: a quiet table; daylight through the window.\", \"shows\": [\"product\"]}]}","score":{"parts":[{"name":"schema","value":1.0,"ok":true,"reasons":[]},{"name":"frames","value":1.0,"ok":true,"reasons":[]},{"name":"kept","value":1.0,"ok":true,"reasons":[]},{"name":"claims","value":0.95,"ok":true,"reasons":["caption: 커피 제품의 표시사항: 제품명과 식품유형, 내용량과 열량, 원재료명과 함량, 소비기한 또는 품질유지기한, 알레르기 유발물질 등 소비자 안전 주의사항, 보관방법, 영업소 명칭과 소재지, 제품명, 식품유형, 생산자와 소재지, 소비기한, 용량·수량, 원재료명과 함량, 영양성분, 유전자변형식품 여부, 안전 주의사항 (식품 등의 표시·광고에 관한 법률 제4조 (식품등의 표시기준); 상품 등의 정보제공에 관한 고시 (가공식품))"]},{"name":"timefit","value":1.0,"ok":true,"reasons":[]},{"name":"grammar","value":1.0,"ok":true,"reasons":[]},{"name":"topic","value":0.8,"ok":true,"reasons":[]},{"name":"korean","value":1.0,"ok":true,"reasons":[]},{"name":"distinct","value":1.0,"ok":true,"reasons":[]}]},"dropped":null,"reasons":[]}');
COMMIT;
