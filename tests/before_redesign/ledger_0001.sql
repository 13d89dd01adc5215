BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE chains (
	chain VARCHAR(120) NOT NULL, 
	place INTEGER NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_chains PRIMARY KEY (chain)
);
INSERT INTO "chains" VALUES('',1,'c53888ed0cc71950677ea3dfdcab93d924f4fbfef788ee79933c318c884a206d');
INSERT INTO "chains" VALUES('P01',1,'d8dde11eb4a95927df81b203a9627b8f27fa24bcec0640dc87e586b7504b5374');
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
INSERT INTO "claims" VALUES(1,'2026-W30','2026-W30.D001.mon-pm.01',2,'P01',1,'partner','A-1','眼科','2026-07-20','live','2026-07-10T01:00:00.000000Z',NULL,NULL,NULL,NULL);
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
INSERT INTO "events" VALUES(1,'',1,'2026-06-20T00:00:00.000000Z','office','published','{"digest":"e328937aadc56d27530a05077870014a794922a431912430ed94e850bf6d56ae","most":null,"moved":[],"reason":"","rows":"8471654ff1fe7879445be2bed5132a8501e04272e0160c7976a73c2d7849c8d1","version":1,"week":"2026-W30"}','0000000000000000000000000000000000000000000000000000000000000000','c53888ed0cc71950677ea3dfdcab93d924f4fbfef788ee79933c318c884a206d');
INSERT INTO "events" VALUES(2,'P01',1,'2026-07-10T01:00:00.000000Z','P01','claimed','{"channel":"partner","referral":"A-1","shared":false,"slot":"2026-W30.D001.mon-pm.01","week":"2026-W30"}','0000000000000000000000000000000000000000000000000000000000000000','d8dde11eb4a95927df81b203a9627b8f27fa24bcec0640dc87e586b7504b5374');
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
INSERT INTO "holdings" VALUES(1,1,1,'on_site','',1,1,0,0,'2026-07-06T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(2,1,1,'partner','P01',1,1,1,0,'2026-07-06T00:00:00.000000Z','2026-07-19T05:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(3,1,1,'primary_care','',1,1,0,0,'2026-06-29T00:00:00.000000Z','2026-07-19T05:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(4,1,2,'partner','P01',1,1,0,0,'2026-07-06T00:00:00.000000Z','2026-07-19T06:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(5,1,2,'primary_care','',1,1,0,0,'2026-06-29T00:00:00.000000Z','2026-07-19T06:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(6,1,2,'return_visit','',1,1,0,0,'2026-06-22T00:00:00.000000Z','2026-07-19T06:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(7,1,3,'partner','P01',1,1,0,0,'2026-07-06T00:00:00.000000Z','2026-07-19T06:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(8,1,3,'primary_care','',1,1,0,0,'2026-06-29T00:00:00.000000Z','2026-07-19T06:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(9,1,3,'public','',1,1,0,0,'2026-07-13T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(10,1,4,'on_site','',1,1,0,0,'2026-07-06T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(11,1,4,'partner','P01',1,1,0,0,'2026-07-06T00:00:00.000000Z','2026-07-19T07:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(12,1,4,'primary_care','',1,1,0,0,'2026-06-29T00:00:00.000000Z','2026-07-19T07:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(13,1,5,'partner','P01',1,1,0,0,'2026-07-06T00:00:00.000000Z','2026-07-19T07:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(14,1,5,'primary_care','',1,1,0,0,'2026-06-29T00:00:00.000000Z','2026-07-19T07:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(15,1,5,'return_visit','',1,1,0,0,'2026-06-22T00:00:00.000000Z','2026-07-19T07:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(16,1,6,'primary_care','',2,2,0,0,'2026-06-29T00:00:00.000000Z','2026-07-19T08:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(17,1,6,'public','',1,1,0,0,'2026-07-13T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(18,1,7,'partner','P01',1,1,0,0,'2026-07-06T00:00:00.000000Z','2026-07-19T08:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(19,1,7,'return_visit','',1,1,0,0,'2026-06-22T00:00:00.000000Z','2026-07-19T08:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(20,1,8,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T05:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(21,1,8,'public','',2,2,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(22,1,8,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T05:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(23,1,9,'on_site','',1,1,0,0,'2026-07-07T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(24,1,9,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T06:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(25,1,9,'public','',1,1,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(26,1,9,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T06:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(27,1,10,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T06:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(28,1,10,'public','',2,2,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(29,1,11,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T07:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(30,1,11,'public','',2,2,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(31,1,11,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T07:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(32,1,12,'on_site','',1,1,0,0,'2026-07-07T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(33,1,12,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T07:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(34,1,12,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T07:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(35,1,13,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T08:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(36,1,13,'public','',2,2,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(37,1,13,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T08:00:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(38,1,14,'primary_care','',1,1,0,0,'2026-06-30T00:00:00.000000Z','2026-07-20T08:30:00.000000Z','public',0,0,1);
INSERT INTO "holdings" VALUES(39,1,14,'public','',1,1,0,0,'2026-07-14T00:00:00.000000Z',NULL,'public',0,0,1);
INSERT INTO "holdings" VALUES(40,1,14,'return_visit','',1,1,0,0,'2026-06-23T00:00:00.000000Z','2026-07-20T08:30:00.000000Z','public',0,0,1);
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
INSERT INTO "publications" VALUES(1,'2026-W30',1,'','office','2026-06-20T00:00:00.000000Z','e328937aadc56d27530a05077870014a794922a431912430ed94e850bf6d56ae',NULL,NULL);
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
ANALYZE "sqlite_master";
INSERT INTO "sqlite_stat1" VALUES('slots','ix_slots_slot','14 1');
INSERT INTO "sqlite_stat1" VALUES('slots','ix_slots_publication_specialty','14 14 14');
INSERT INTO "sqlite_stat1" VALUES('slots','sqlite_autoindex_slots_1','14 14 1');
INSERT INTO "sqlite_stat1" VALUES('holdings','ix_holdings_publication','40 40');
INSERT INTO "sqlite_stat1" VALUES('holdings','ix_holdings_due','40 3');
INSERT INTO "sqlite_stat1" VALUES('holdings','sqlite_autoindex_holdings_1','40 3 1 1');
CREATE UNIQUE INDEX uq_publications_current ON publications (week) WHERE superseded_at IS NULL;
CREATE INDEX ix_slots_publication_specialty ON slots (publication, specialty);
CREATE INDEX ix_slots_slot ON slots (slot);
CREATE INDEX ix_holdings_due ON holdings (falls_back_at) WHERE released = 0 AND current = 1;
CREATE INDEX ix_holdings_publication ON holdings (publication);
CREATE INDEX ix_claims_live_of_a_day ON claims (partner, date, specialty) WHERE state = 'live';
CREATE INDEX ix_claims_week_state ON claims (week, state);
CREATE UNIQUE INDEX uq_claims_live_referral ON claims (referral) WHERE state = 'live';
CREATE TRIGGER events_no_update BEFORE update ON events BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END;
CREATE TRIGGER events_no_delete BEFORE delete ON events BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END;
COMMIT;
