BEGIN TRANSACTION;
CREATE TABLE answers (
	request VARCHAR(64) NOT NULL, 
	clip VARCHAR(240) NOT NULL, 
	answer TEXT NOT NULL, 
	tokens_in INTEGER NOT NULL, 
	tokens_out INTEGER NOT NULL, 
	cost DOUBLE NOT NULL, 
	at DOUBLE NOT NULL, 
	PRIMARY KEY (request)
);
INSERT INTO "answers" VALUES('f61b2015ed54b60e23d9dcbe92ba1631d6d9ecfc3e3c99f0845296e728de8f5f','test:captioned#0-48','an answer',100,10,2.5,1.79591407683698678016e+09);
CREATE TABLE api_quotas (
	bucket VARCHAR(100) NOT NULL, 
	day VARCHAR(10) NOT NULL, 
	used INTEGER NOT NULL, 
	PRIMARY KEY (bucket, day)
);
CREATE TABLE caption_clips (
	dataset VARCHAR(100) NOT NULL, 
	id VARCHAR(240) NOT NULL, 
	video VARCHAR(200) NOT NULL, 
	number INTEGER NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	reason TEXT NOT NULL, 
	shot TEXT NOT NULL, 
	caption TEXT NOT NULL, 
	provenance TEXT NOT NULL, 
	frames TEXT NOT NULL, 
	file_key VARCHAR(120) NOT NULL, 
	PRIMARY KEY (dataset, id)
);
INSERT INTO "caption_clips" VALUES('clips','test:captioned#0-48','test:captioned',1,'captioned','','{"span":{"start":0,"end":48,"start_s":0.0,"end_s":2.0},"opens":"start","closes":"cut","measures":{"motion":0.1,"camera":{"pan_per_s":0.0,"tilt_per_s":0.0,"zoom_per_s":0.0,"shake":0.0},"brightness":0.5,"contrast":0.3,"colourfulness":30.0,"colours":["#336699"],"sharpness":200.0,"black":0.0,"text_area":0.0,"bars":{"top":0.0,"bottom":0.0,"left":0.0,"right":0.0},"dhashes":["00ff00ff00ff00ff"]},"key_frames":[24]}','{"language":"ko","short":"파란 화면이 보인다.","long":"파란 화면이 가만히 있다.","size":null,"move":null,"style":"","subjects":[],"motion":""}','{"engines":[{"name":"fake","revision":"1","label":"fake (for tests)"}],"prompt_versions":[null]}','["frames/4d7564765f8c4731f66a5794508d3f3b59d6ba97ff4d2b01f6f5c8f7170d260c.webp"]','');
INSERT INTO "caption_clips" VALUES('clips','test:analysed#0-48','test:analysed',1,'analysed','','{"span":{"start":0,"end":48,"start_s":0.0,"end_s":2.0},"opens":"start","closes":"cut","measures":{"motion":0.1,"camera":{"pan_per_s":0.0,"tilt_per_s":0.0,"zoom_per_s":0.0,"shake":0.0},"brightness":0.5,"contrast":0.3,"colourfulness":30.0,"colours":["#336699"],"sharpness":200.0,"black":0.0,"text_area":0.0,"bars":{"top":0.0,"bottom":0.0,"left":0.0,"right":0.0},"dhashes":["00ff00ff00ff00ff"]},"key_frames":[24]}','','','["frames/cdd073da68ef43eaaeb63ea41331b37e5f54b25f3081ebdc418902b8487dc31e.webp"]','');
CREATE TABLE caption_datasets (
	name VARCHAR(100) NOT NULL, 
	round INTEGER NOT NULL, 
	settings TEXT NOT NULL, 
	command TEXT NOT NULL, 
	run VARCHAR(40) NOT NULL, 
	beat_at DOUBLE NOT NULL, 
	begun_at DOUBLE NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "caption_datasets" VALUES('clips',100,'{"bound": 1}','','faf9f4aca6b64a75a6a7ffb38ef604ee',1.0,1.79591357975000286105e+09);
CREATE TABLE caption_rows (
	dataset VARCHAR(100) NOT NULL, 
	id VARCHAR(200) NOT NULL, 
	position BIGINT NOT NULL, 
	source TEXT NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	reason TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	interruptions INTEGER NOT NULL, 
	owner VARCHAR(40) NOT NULL, 
	stream TEXT NOT NULL, 
	seconds TEXT NOT NULL, 
	changed_at DOUBLE NOT NULL, 
	PRIMARY KEY (dataset, id)
);
INSERT INTO "caption_rows" VALUES('clips','test:captioned',0,'{"id":"test:captioned","uri":"/videos/captioned.mp4","best_uri":"","subject":"","language":"ko","title":"","permission":{"kind":"owned","evidence":"tests","at":0.0,"until":null},"size_bytes":null,"left_out":""}','captioned','',0,0,'','{"width":640,"height":360,"fps":24.0,"num_frames":240,"duration_s":10.0,"codec":"h264","pixel_format":"yuv420p","bits":8,"rotation":0,"mirrored":false,"interlaced":false,"light":"sdr","variable_rate":false,"in_order":true,"has_audio":false,"size_bytes":1000,"remark":""}','{"analyse": 1.0, "caption": 1.0}',1.79591359480298900608e+09);
INSERT INTO "caption_rows" VALUES('clips','test:analysed',1,'{"id":"test:analysed","uri":"/videos/analysed.mp4","best_uri":"","subject":"","language":"ko","title":"","permission":{"kind":"owned","evidence":"tests","at":0.0,"until":null},"size_bytes":null,"left_out":""}','analysed','',0,0,'','{"width":640,"height":360,"fps":24.0,"num_frames":240,"duration_s":10.0,"codec":"h264","pixel_format":"yuv420p","bits":8,"rotation":0,"mirrored":false,"interlaced":false,"light":"sdr","variable_rate":false,"in_order":true,"has_audio":false,"size_bytes":1000,"remark":""}','{"analyse": 1.0}',1.79591359477398109434e+09);
INSERT INTO "caption_rows" VALUES('clips','test:begun',2,'{"id":"test:begun","uri":"/videos/begun.mp4","best_uri":"","subject":"","language":"ko","title":"","permission":{"kind":"owned","evidence":"tests","at":0.0,"until":null},"size_bytes":null,"left_out":""}','waiting','',0,0,'faf9f4aca6b64a75a6a7ffb38ef604ee','','',1.79591359484100937839e+09);
INSERT INTO "caption_rows" VALUES('clips','test:waiting',3,'{"id":"test:waiting","uri":"/videos/waiting.mp4","best_uri":"","subject":"","language":"ko","title":"","permission":{"kind":"owned","evidence":"tests","at":0.0,"until":null},"size_bytes":null,"left_out":""}','waiting','',0,0,'','','',1.79591358080801367759e+09);
INSERT INTO "caption_rows" VALUES('clips','test:out',4,'{"id":"test:out","uri":"/videos/out.mp4","best_uri":"","subject":"","language":"ko","title":"","permission":{"kind":"owned","evidence":"tests","at":0.0,"until":null},"size_bytes":null,"left_out":""}','filtered','too dark',0,0,'','','',1.79591359487798357015e+09);
CREATE TABLE crawled_videos (
	id VARCHAR(200) NOT NULL, 
	url TEXT NOT NULL, 
	host VARCHAR(255) NOT NULL, 
	"query" TEXT NOT NULL, 
	product_type VARCHAR(200) NOT NULL, 
	state VARCHAR(20) NOT NULL, 
	reason TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	try_at DOUBLE NOT NULL, 
	owner VARCHAR(40) NOT NULL, 
	channel VARCHAR(64) NOT NULL, 
	described TEXT NOT NULL, 
	permission TEXT NOT NULL, 
	permitted_at DOUBLE, 
	analysis_key VARCHAR(120) NOT NULL, 
	best_key VARCHAR(120) NOT NULL, 
	seen_at DOUBLE NOT NULL, 
	changed_at DOUBLE NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE intended_files (
	video VARCHAR(200) NOT NULL, 
	"key" VARCHAR(120) NOT NULL, 
	PRIMARY KEY (video, "key")
);
CREATE TABLE pace (
	host VARCHAR(255) NOT NULL, 
	next_at DOUBLE NOT NULL, 
	quiet_until DOUBLE NOT NULL, 
	failures INTEGER NOT NULL, 
	stopped TEXT NOT NULL, 
	PRIMARY KEY (host)
);
CREATE TABLE purses (
	name VARCHAR(100) NOT NULL, 
	tokens_in BIGINT NOT NULL, 
	tokens_out BIGINT NOT NULL, 
	cost DOUBLE NOT NULL, 
	next_at DOUBLE NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "purses" VALUES('clips',100,10,2.5,1.79591407775700330736e+09);
CREATE TABLE records_revision (
	number INTEGER NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "records_revision" VALUES(1);
CREATE TABLE tombstones (
	id VARCHAR(200) NOT NULL, 
	reason TEXT NOT NULL, 
	at DOUBLE NOT NULL, 
	files TEXT NOT NULL, 
	done_at DOUBLE, 
	PRIMARY KEY (id)
);
CREATE TABLE video_searches (
	source VARCHAR(200) NOT NULL, 
	"query" VARCHAR(500) NOT NULL, 
	next_page TEXT NOT NULL, 
	pages INTEGER NOT NULL, 
	found INTEGER NOT NULL, 
	ended_at DOUBLE, 
	changed_at DOUBLE NOT NULL, 
	PRIMARY KEY (source, "query")
);
CREATE INDEX crawled_videos_by_host ON crawled_videos (state, host, try_at);
CREATE INDEX crawled_videos_by_channel ON crawled_videos (channel);
CREATE INDEX crawled_videos_by_time ON crawled_videos (state, try_at);
CREATE INDEX caption_rows_by_state ON caption_rows (dataset, state, position);
CREATE INDEX caption_clips_by_video ON caption_clips (dataset, video);
CREATE INDEX answers_by_clip ON answers (clip);
COMMIT;
