BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE chains (
	chain VARCHAR(120) NOT NULL, 
	place INTEGER NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_chains PRIMARY KEY (chain)
);
INSERT INTO "chains" VALUES('',5,'8b1306df3c3ed5f2e0c31763033765e608855e93ec40e0d023c250917ed7e716');
INSERT INTO "chains" VALUES('P01',3,'a5da30722e09c89cf60ed28d310919e1fcb30c53cdd61e6e6d394b89f545d1b1');
INSERT INTO "chains" VALUES('P02',1,'fd40ccb0e3348176b0edc9791fa78330e1b7ae06d4ba4c56211428969faa7ac5');
CREATE TABLE claims (
	id INTEGER NOT NULL, 
	week VARCHAR(8) NOT NULL, 
	slot VARCHAR(255) NOT NULL, 
	holding INTEGER NOT NULL, 
	partner VARCHAR(120) NOT NULL, 
	number INTEGER NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	referral VARCHAR(40) NOT NULL, 
	specialty VARCHAR(120) NOT NULL, 
	date DATE NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	claimed_at VARCHAR(27) NOT NULL, 
	ended_at VARCHAR(27), 
	why VARCHAR(16), 
	new_date DATE, 
	new_start INTEGER, 
	CONSTRAINT pk_claims PRIMARY KEY (id), 
	CONSTRAINT ck_claims_state CHECK (state IN ('live', 'returned', 'hurt')), 
	CONSTRAINT fk_claims_holding FOREIGN KEY(holding) REFERENCES holdings (id), 
	CONSTRAINT uq_claims_partner_number UNIQUE (partner, number)
);
INSERT INTO "claims" VALUES(1,'2026-W30','2026-W30.D001.mon-pm.01',2,'P01',1,'partner','A-1','眼科','2026-07-20','hurt','2026-07-10T01:00:00.000000Z','2026-07-18T02:00:00.000000Z','moved','2026-07-21',810);
INSERT INTO "claims" VALUES(2,'2026-W30','2026-W30.D001.mon-pm.02',4,'P01',2,'partner','A-2','眼科','2026-07-20','returned','2026-07-10T01:05:00.000000Z','2026-07-11T01:00:00.000000Z',NULL,NULL,NULL);
INSERT INTO "claims" VALUES(3,'2026-W30','2026-W30.D002.tue-pm.03',67,'P02',1,'primary_care','B-1','眼科','2026-07-21','live','2026-07-12T01:00:00.000000Z',NULL,NULL,NULL,NULL);
CREATE TABLE events (
	number INTEGER NOT NULL, 
	chain VARCHAR(120) NOT NULL, 
	place INTEGER NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	who VARCHAR(120) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	payload TEXT NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (number), 
	CONSTRAINT uq_events_chain_place UNIQUE (chain, place)
);
INSERT INTO "events" VALUES(1,'',1,'2026-06-20T00:00:00.000000Z','office','published','{"digest":"b7e863ebb9079f867ba72e0043122eb9a0d601121b1c56e53ec35a2338011520","most":4,"moved":[],"reason":"","rows":"8471654ff1fe7879445be2bed5132a8501e04272e0160c7976a73c2d7849c8d1","version":1,"week":"2026-W30"}','0000000000000000000000000000000000000000000000000000000000000000','685102f08944117a05acd253dd0a9dbd74d05dee868a1b7c8811d15db022029b');
INSERT INTO "events" VALUES(2,'P01',1,'2026-07-10T01:00:00.000000Z','P01','claimed','{"channel":"partner","referral":"A-1","shared":false,"slot":"2026-W30.D001.mon-pm.01","week":"2026-W30"}','0000000000000000000000000000000000000000000000000000000000000000','d8dde11eb4a95927df81b203a9627b8f27fa24bcec0640dc87e586b7504b5374');
INSERT INTO "events" VALUES(3,'P01',2,'2026-07-10T01:05:00.000000Z','P01','claimed','{"channel":"partner","referral":"A-2","shared":false,"slot":"2026-W30.D001.mon-pm.02","week":"2026-W30"}','d8dde11eb4a95927df81b203a9627b8f27fa24bcec0640dc87e586b7504b5374','062d0a0ee0ebc1891305c3bf1640493e3c4447e600dac3552ca6f3c26c955bd2');
INSERT INTO "events" VALUES(4,'P01',3,'2026-07-11T01:00:00.000000Z','P01','returned','{"claim":2,"made":[],"slot":"2026-W30.D001.mon-pm.02","week":"2026-W30","went_to":null}','062d0a0ee0ebc1891305c3bf1640493e3c4447e600dac3552ca6f3c26c955bd2','a5da30722e09c89cf60ed28d310919e1fcb30c53cdd61e6e6d394b89f545d1b1');
INSERT INTO "events" VALUES(5,'P02',1,'2026-07-12T01:00:00.000000Z','P02','claimed','{"channel":"primary_care","referral":"B-1","shared":true,"slot":"2026-W30.D002.tue-pm.03","week":"2026-W30"}','0000000000000000000000000000000000000000000000000000000000000000','fd40ccb0e3348176b0edc9791fa78330e1b7ae06d4ba4c56211428969faa7ac5');
INSERT INTO "events" VALUES(6,'',2,'2026-07-18T02:00:00.000000Z','office','superseded','{"version":1,"week":"2026-W30"}','685102f08944117a05acd253dd0a9dbd74d05dee868a1b7c8811d15db022029b','4a2ce9c74d68d8c79656221041c14defbb649ee33706b20b307c3bb07f87cb81');
INSERT INTO "events" VALUES(7,'',3,'2026-07-18T02:00:00.000000Z','office','published','{"digest":"51f521ed85f0dfba326ee6f4f2fc939f770905764a4597344fe68742cb56e7de","most":4,"moved":[],"reason":"D001 cannot come","rows":"9507cfe717f60bab21059a55fdc699be45175ac59e5295b5b340c56861eb45cc","version":2,"week":"2026-W30"}','4a2ce9c74d68d8c79656221041c14defbb649ee33706b20b307c3bb07f87cb81','469e52ddf3a4a8769a25a1d5e069793a891e928b2127cc0072fb549b2ada04ed');
INSERT INTO "events" VALUES(8,'',4,'2026-07-18T02:00:00.000000Z','office','hurt','{"claim":1,"new_date":"2026-07-21","new_start":810,"partner":"P01","slot":"2026-W30.D001.mon-pm.01","week":"2026-W30","why":"moved"}','469e52ddf3a4a8769a25a1d5e069793a891e928b2127cc0072fb549b2ada04ed','751c77004df35d0ac54970e20379ab7ba79bf11798c59f5b80eefbe7879a6968');
INSERT INTO "events" VALUES(9,'',5,'2026-07-20T06:10:00.000000Z','clock','released','{"falls":[["2026-W30","2026-W30.D001.mon-pm.01","partner","P01",1,"public"],["2026-W30","2026-W30.D001.mon-pm.01","primary_care","",1,"public"],["2026-W30","2026-W30.D001.mon-pm.02","partner","P01",1,"public"],["2026-W30","2026-W30.D001.mon-pm.02","primary_care","",1,"public"],["2026-W30","2026-W30.D001.mon-pm.02","return_visit","",1,"public"],["2026-W30","2026-W30.D002.tue-pm.01","primary_care","",1,"public"],["2026-W30","2026-W30.D002.tue-pm.01","return_visit","",1,"public"],["2026-W30","2026-W30.D002.tue-pm.02","primary_care","",1,"public"],["2026-W30","2026-W30.D002.tue-pm.02","return_visit","",1,"public"]],"made":[["2026-W30","2026-W30.D001.mon-pm.01","public","","2026-07-20T05:30:00.000000Z",null,"public"],["2026-W30","2026-W30.D001.mon-pm.02","public","","2026-07-20T06:00:00.000000Z",null,"public"]]}','751c77004df35d0ac54970e20379ab7ba79bf11798c59f5b80eefbe7879a6968','8b1306df3c3ed5f2e0c31763033765e608855e93ec40e0d023c250917ed7e716');
CREATE TABLE holdings (
	id INTEGER NOT NULL, 
	publication INTEGER NOT NULL, 
	slot_id INTEGER NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	holder VARCHAR(120) NOT NULL, 
	tickets INTEGER NOT NULL, 
	granted INTEGER NOT NULL, 
	taken INTEGER NOT NULL, 
	fallen_back INTEGER NOT NULL, 
	opens_at VARCHAR(27) NOT NULL, 
	falls_back_at VARCHAR(27), 
	falls_back_to VARCHAR(16) NOT NULL, 
	released BOOLEAN NOT NULL, 
	added BOOLEAN NOT NULL, 
	current BOOLEAN NOT NULL, 
	CONSTRAINT pk_holdings PRIMARY KEY (id), 
	CONSTRAINT ck_holdings_not_oversold CHECK (0 <= taken AND taken <= granted), 
	CONSTRAINT fk_holdings_publication FOREIGN KEY(publication) REFERENCES publications (id), 
	CONSTRAINT fk_holdings_slot_id FOREIGN KEY(slot_id) REFERENCES slots (id), 
	CONSTRAINT uq_holdings_slot_id_channel_holder UNIQUE (slot_id, channel, holder)
);
INSERT INTO "holdings" VALUES(1,1,1,'on_site','',1,1,0,0,'2026-07-06T00:00:00.000000Z',NULL,'public',0,0,0);
INSERT INTO "holdings" VALUES(2,1,1,'partner','P01',1,1,1,0,'2026-07-06T00:00:00.000000Z','2026-07-19T05:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(3,1,1,'primary_care','',1,1,0,0,'2026-06-29T00:00:00.000000Z','2026-07-19T05:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(4,1,2,'partner','P01',1,1,0,0,'2026-07-06T00:00:00.000000Z','2026-07-19T06:00:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(5,1,2,'primary_care','',1,1,0,0,'2026-06-29T00:00:00.000000Z','2026-07-19T06:00:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(6,1,2,'return_visit','',1,1,0,0,'2026-06-22T00:00:00.000000Z','2026-07-19T06:00:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(7,1,3,'partner','P01',1,1,0,0,'2026-07-06T00:00:00.000000Z','2026-07-19T06:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(8,1,3,'primary_care','',1,1,0,0,'2026-06-29T00:00:00.000000Z','2026-07-19T06:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(9,1,3,'public','',1,1,0,0,'2026-07-13T00:00:00.000000Z',NULL,'public',0,0,0);
INSERT INTO "holdings" VALUES(10,1,4,'on_site','',1,1,0,0,'2026-07-06T00:00:00.000000Z',NULL,'public',0,0,0);
INSERT INTO "holdings" VALUES(11,1,4,'partner','P01',1,1,0,0,'2026-07-06T00:00:00.000000Z','2026-07-19T07:00:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(12,1,4,'primary_care','',1,1,0,0,'2026-06-29T00:00:00.000000Z','2026-07-19T07:00:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(13,1,5,'partner','P01',1,1,0,0,'2026-07-06T00:00:00.000000Z','2026-07-19T07:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(14,1,5,'primary_care','',1,1,0,0,'2026-06-29T00:00:00.000000Z','2026-07-19T07:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(15,1,5,'return_visit','',1,1,0,0,'2026-06-22T00:00:00.000000Z','2026-07-19T07:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(16,1,6,'primary_care','',2,2,0,0,'2026-06-29T00:00:00.000000Z','2026-07-19T08:00:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(17,1,6,'public','',1,1,0,0,'2026-07-13T00:00:00.000000Z',NULL,'public',0,0,0);
INSERT INTO "holdings" VALUES(18,1,7,'partner','P01',1,1,0,0,'2026-07-06T00:00:00.000000Z','2026-07-19T08:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(19,1,7,'return_visit','',1,1,0,0,'2026-06-22T00:00:00.000000Z','2026-07-19T08:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(20,1,8,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T05:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(21,1,8,'public','',2,2,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,0);
INSERT INTO "holdings" VALUES(22,1,8,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T05:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(23,1,9,'on_site','',1,1,0,0,'2026-07-07T00:00:00.000000Z',NULL,'public',0,0,0);
INSERT INTO "holdings" VALUES(24,1,9,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T06:00:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(25,1,9,'public','',1,1,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,0);
INSERT INTO "holdings" VALUES(26,1,9,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T06:00:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(27,1,10,'primary_care','',1,1,1,0,'2026-06-30T00:00:00.000000Z','2026-07-20T06:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(28,1,10,'public','',2,2,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,0);
INSERT INTO "holdings" VALUES(29,1,11,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T07:00:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(30,1,11,'public','',2,2,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,0);
INSERT INTO "holdings" VALUES(31,1,11,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T07:00:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(32,1,12,'on_site','',1,1,0,0,'2026-07-07T00:00:00.000000Z',NULL,'public',0,0,0);
INSERT INTO "holdings" VALUES(33,1,12,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T07:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(34,1,12,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T07:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(35,1,13,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T08:00:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(36,1,13,'public','',2,2,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,0);
INSERT INTO "holdings" VALUES(37,1,13,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T08:00:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(38,1,14,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T08:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(39,1,14,'public','',1,1,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,0);
INSERT INTO "holdings" VALUES(40,1,14,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T08:30:00.000000Z','public',0,0,0);
INSERT INTO "holdings" VALUES(41,2,15,'on_site','',1,1,0,0,'2026-07-07T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(42,2,15,'partner','P01',1,0,0,1,'2026-07-07T00:00:00.000000Z','2026-07-20T05:30:00.000000Z','public',1,0,1);
INSERT INTO "holdings" VALUES(43,2,15,'primary_care','',1,0,0,1,'2026-06-30T00:00:00.000000Z','2026-07-20T05:30:00.000000Z','public',1,0,1);
INSERT INTO "holdings" VALUES(44,2,16,'partner','P01',1,0,0,1,'2026-07-07T00:00:00.000000Z','2026-07-20T06:00:00.000000Z','public',1,0,1);
INSERT INTO "holdings" VALUES(45,2,16,'primary_care','',1,0,0,1,'2026-06-30T00:00:00.000000Z','2026-07-20T06:00:00.000000Z','public',1,0,1);
INSERT INTO "holdings" VALUES(46,2,16,'return_visit','',1,0,0,1,'2026-06-23T00:00:00.000000Z','2026-07-20T06:00:00.000000Z','public',1,0,1);
INSERT INTO "holdings" VALUES(47,2,17,'partner','P01',1,1,0,0,'2026-07-07T00:00:00.000000Z','2026-07-20T06:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(48,2,17,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T06:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(49,2,17,'public','',1,1,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(50,2,18,'on_site','',1,1,0,0,'2026-07-07T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(51,2,18,'partner','P01',1,1,0,0,'2026-07-07T00:00:00.000000Z','2026-07-20T07:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(52,2,18,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T07:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(53,2,19,'partner','P01',1,1,0,0,'2026-07-07T00:00:00.000000Z','2026-07-20T07:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(54,2,19,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T07:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(55,2,19,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T07:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(56,2,20,'primary_care','',2,2,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T08:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(57,2,20,'public','',1,1,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(58,2,21,'partner','P01',1,1,0,0,'2026-07-07T00:00:00.000000Z','2026-07-20T08:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(59,2,21,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T08:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(60,2,22,'primary_care','',1,0,0,1,'2026-06-30T00:00:00.000000Z','2026-07-20T05:30:00.000000Z','public',1,0,1);
INSERT INTO "holdings" VALUES(61,2,22,'public','',2,4,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(62,2,22,'return_visit','',1,0,0,1,'2026-06-23T00:00:00.000000Z','2026-07-20T05:30:00.000000Z','public',1,0,1);
INSERT INTO "holdings" VALUES(63,2,23,'on_site','',1,1,0,0,'2026-07-07T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(64,2,23,'primary_care','',1,0,0,1,'2026-06-30T00:00:00.000000Z','2026-07-20T06:00:00.000000Z','public',1,0,1);
INSERT INTO "holdings" VALUES(65,2,23,'public','',1,3,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(66,2,23,'return_visit','',1,0,0,1,'2026-06-23T00:00:00.000000Z','2026-07-20T06:00:00.000000Z','public',1,0,1);
INSERT INTO "holdings" VALUES(67,2,24,'primary_care','',1,1,1,0,'2026-06-30T00:00:00.000000Z','2026-07-20T06:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(68,2,24,'public','',2,2,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(69,2,25,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T07:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(70,2,25,'public','',2,2,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(71,2,25,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T07:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(72,2,26,'on_site','',1,1,0,0,'2026-07-07T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(73,2,26,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T07:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(74,2,26,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T07:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(75,2,27,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T08:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(76,2,27,'public','',2,2,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(77,2,27,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T08:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(78,2,28,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T08:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(79,2,28,'public','',1,1,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(80,2,28,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T08:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(81,2,15,'public','',0,2,0,0,'2026-07-20T05:30:00.000000Z',NULL,'public',0,1,1);
INSERT INTO "holdings" VALUES(82,2,16,'public','',0,3,0,0,'2026-07-20T06:00:00.000000Z',NULL,'public',0,1,1);
CREATE TABLE publications (
	id INTEGER NOT NULL, 
	week VARCHAR(8) NOT NULL, 
	version INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	made_by VARCHAR(120) NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	most INTEGER, 
	superseded_at VARCHAR(27), 
	CONSTRAINT pk_publications PRIMARY KEY (id), 
	CONSTRAINT uq_publications_week_version UNIQUE (week, version)
);
INSERT INTO "publications" VALUES(1,'2026-W30',1,'','office','2026-06-20T00:00:00.000000Z','b7e863ebb9079f867ba72e0043122eb9a0d601121b1c56e53ec35a2338011520',4,'2026-07-18T02:00:00.000000Z');
INSERT INTO "publications" VALUES(2,'2026-W30',2,'D001 cannot come','office','2026-07-18T02:00:00.000000Z','51f521ed85f0dfba326ee6f4f2fc939f770905764a4597344fe68742cb56e7de',4,NULL);
CREATE TABLE slots (
	id INTEGER NOT NULL, 
	publication INTEGER NOT NULL, 
	slot VARCHAR(255) NOT NULL, 
	session VARCHAR(255) NOT NULL, 
	date DATE NOT NULL, 
	start INTEGER NOT NULL, 
	clinic VARCHAR(120) NOT NULL, 
	specialty VARCHAR(120) NOT NULL, 
	doctor VARCHAR(120) NOT NULL, 
	tickets INTEGER NOT NULL, 
	CONSTRAINT pk_slots PRIMARY KEY (id), 
	CONSTRAINT fk_slots_publication FOREIGN KEY(publication) REFERENCES publications (id), 
	CONSTRAINT uq_slots_publication_slot UNIQUE (publication, slot)
);
INSERT INTO "slots" VALUES(1,1,'2026-W30.D001.mon-pm.01','2026-W30.D001.mon-pm','2026-07-20',810,'眼科门诊','眼科','D001',3);
INSERT INTO "slots" VALUES(2,1,'2026-W30.D001.mon-pm.02','2026-W30.D001.mon-pm','2026-07-20',840,'眼科门诊','眼科','D001',3);
INSERT INTO "slots" VALUES(3,1,'2026-W30.D001.mon-pm.03','2026-W30.D001.mon-pm','2026-07-20',870,'眼科门诊','眼科','D001',3);
INSERT INTO "slots" VALUES(4,1,'2026-W30.D001.mon-pm.04','2026-W30.D001.mon-pm','2026-07-20',900,'眼科门诊','眼科','D001',3);
INSERT INTO "slots" VALUES(5,1,'2026-W30.D001.mon-pm.05','2026-W30.D001.mon-pm','2026-07-20',930,'眼科门诊','眼科','D001',3);
INSERT INTO "slots" VALUES(6,1,'2026-W30.D001.mon-pm.06','2026-W30.D001.mon-pm','2026-07-20',960,'眼科门诊','眼科','D001',3);
INSERT INTO "slots" VALUES(7,1,'2026-W30.D001.mon-pm.07','2026-W30.D001.mon-pm','2026-07-20',990,'眼科门诊','眼科','D001',2);
INSERT INTO "slots" VALUES(8,1,'2026-W30.D002.tue-pm.01','2026-W30.D002.tue-pm','2026-07-21',810,'眼科门诊','眼科','D002',4);
INSERT INTO "slots" VALUES(9,1,'2026-W30.D002.tue-pm.02','2026-W30.D002.tue-pm','2026-07-21',840,'眼科门诊','眼科','D002',4);
INSERT INTO "slots" VALUES(10,1,'2026-W30.D002.tue-pm.03','2026-W30.D002.tue-pm','2026-07-21',870,'眼科门诊','眼科','D002',3);
INSERT INTO "slots" VALUES(11,1,'2026-W30.D002.tue-pm.04','2026-W30.D002.tue-pm','2026-07-21',900,'眼科门诊','眼科','D002',4);
INSERT INTO "slots" VALUES(12,1,'2026-W30.D002.tue-pm.05','2026-W30.D002.tue-pm','2026-07-21',930,'眼科门诊','眼科','D002',3);
INSERT INTO "slots" VALUES(13,1,'2026-W30.D002.tue-pm.06','2026-W30.D002.tue-pm','2026-07-21',960,'眼科门诊','眼科','D002',4);
INSERT INTO "slots" VALUES(14,1,'2026-W30.D002.tue-pm.07','2026-W30.D002.tue-pm','2026-07-21',990,'眼科门诊','眼科','D002',3);
INSERT INTO "slots" VALUES(15,2,'2026-W30.D001.mon-pm.01','2026-W30.D001.mon-pm','2026-07-21',810,'眼科门诊','眼科','D001',3);
INSERT INTO "slots" VALUES(16,2,'2026-W30.D001.mon-pm.02','2026-W30.D001.mon-pm','2026-07-21',840,'眼科门诊','眼科','D001',3);
INSERT INTO "slots" VALUES(17,2,'2026-W30.D001.mon-pm.03','2026-W30.D001.mon-pm','2026-07-21',870,'眼科门诊','眼科','D001',3);
INSERT INTO "slots" VALUES(18,2,'2026-W30.D001.mon-pm.04','2026-W30.D001.mon-pm','2026-07-21',900,'眼科门诊','眼科','D001',3);
INSERT INTO "slots" VALUES(19,2,'2026-W30.D001.mon-pm.05','2026-W30.D001.mon-pm','2026-07-21',930,'眼科门诊','眼科','D001',3);
INSERT INTO "slots" VALUES(20,2,'2026-W30.D001.mon-pm.06','2026-W30.D001.mon-pm','2026-07-21',960,'眼科门诊','眼科','D001',3);
INSERT INTO "slots" VALUES(21,2,'2026-W30.D001.mon-pm.07','2026-W30.D001.mon-pm','2026-07-21',990,'眼科门诊','眼科','D001',2);
INSERT INTO "slots" VALUES(22,2,'2026-W30.D002.tue-pm.01','2026-W30.D002.tue-pm','2026-07-21',810,'眼科门诊','眼科','D002',4);
INSERT INTO "slots" VALUES(23,2,'2026-W30.D002.tue-pm.02','2026-W30.D002.tue-pm','2026-07-21',840,'眼科门诊','眼科','D002',4);
INSERT INTO "slots" VALUES(24,2,'2026-W30.D002.tue-pm.03','2026-W30.D002.tue-pm','2026-07-21',870,'眼科门诊','眼科','D002',3);
INSERT INTO "slots" VALUES(25,2,'2026-W30.D002.tue-pm.04','2026-W30.D002.tue-pm','2026-07-21',900,'眼科门诊','眼科','D002',4);
INSERT INTO "slots" VALUES(26,2,'2026-W30.D002.tue-pm.05','2026-W30.D002.tue-pm','2026-07-21',930,'眼科门诊','眼科','D002',3);
INSERT INTO "slots" VALUES(27,2,'2026-W30.D002.tue-pm.06','2026-W30.D002.tue-pm','2026-07-21',960,'眼科门诊','眼科','D002',4);
INSERT INTO "slots" VALUES(28,2,'2026-W30.D002.tue-pm.07','2026-W30.D002.tue-pm','2026-07-21',990,'眼科门诊','眼科','D002',3);
ANALYZE "sqlite_master";
INSERT INTO "sqlite_stat1" VALUES('slots','ix_slots_in_order','28 14 14 10 2 1');
INSERT INTO "sqlite_stat1" VALUES('slots','ix_slots_slot','28 2');
INSERT INTO "sqlite_stat1" VALUES('slots','sqlite_autoindex_slots_1','28 14 1');
INSERT INTO "sqlite_stat1" VALUES('holdings','ix_holdings_publication','80 40');
INSERT INTO "sqlite_stat1" VALUES('holdings','ix_holdings_due','40 5');
INSERT INTO "sqlite_stat1" VALUES('holdings','sqlite_autoindex_holdings_1','80 3 1 1');
CREATE UNIQUE INDEX uq_publications_current ON publications (week) WHERE superseded_at IS NULL;
CREATE INDEX ix_slots_slot ON slots (slot);
CREATE INDEX ix_holdings_due ON holdings (falls_back_at) WHERE released = 0 AND current = 1;
CREATE INDEX ix_holdings_publication ON holdings (publication);
CREATE INDEX ix_claims_live_of_a_day ON claims (partner, date, specialty) WHERE state = 'live';
CREATE INDEX ix_claims_week_state ON claims (week, state);
CREATE UNIQUE INDEX uq_claims_live_referral ON claims (referral) WHERE state = 'live';
CREATE TRIGGER events_no_update BEFORE update ON events BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END;
CREATE TRIGGER events_no_delete BEFORE delete ON events BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END;
CREATE INDEX ix_slots_in_order ON slots (publication, specialty, date, start, slot);
COMMIT;
