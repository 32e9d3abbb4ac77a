#pragma once

namespace vv::server {

/// The database of a server of version 1.0, as `sqlite3 visavis.db .dump` prints it. Two people,
/// two demandes, an accepted offre with a session that has ended and one that is active, a
/// conversation with a file. Each release adds its own beside it, made the same way, and none is
/// ever changed (migration_test.cpp).
constexpr const char* kSchema10 = R"sql(
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE commit_head (only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1), ts INTEGER NOT NULL) STRICT;
INSERT INTO commit_head VALUES(1,1795460729581233640);
CREATE TABLE IF NOT EXISTS "users" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "email" TEXT NOT NULL, "name" TEXT NOT NULL, "locale" TEXT NOT NULL, "avatarStorageId" TEXT, "passwordHash" TEXT NOT NULL) STRICT;
INSERT INTO users VALUES('gvhbcpvjkgcxcb7wy0dqgqvw59',1795460729344.9597167,'amina-20549-1@example.org','Amina','fr',NULL,'$argon2id$v=19$m=19456,t=2,p=1$ggYyxNMr1woeJK8oMKKEUw$pwIxRSaD9TM8eFW1bND7le04s4aeTutuguxwT7F2Trg');
INSERT INTO users VALUES('qfh8m43xxma8e1gv6rm131g6vr',1795460729427.9072265,'bruno-20549-2@example.org','Bruno','fr',NULL,'$argon2id$v=19$m=19456,t=2,p=1$aneTFzON6g6tm/N4BqI4TQ$9dvIBRyXCZRhf0vOP1MrdxFKZF/FGzJVAyFq4doFYAc');
CREATE TABLE IF NOT EXISTS "logins" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "userId" TEXT NOT NULL REFERENCES "users"("_id"), "secretHash" TEXT NOT NULL, "previousSecretHash" TEXT, "rotatedAt" INTEGER NOT NULL, "expiresAt" INTEGER NOT NULL) STRICT;
INSERT INTO logins VALUES('p1kxderj5qd4r9eahwq1yv0p91',1795460729344.9599609,'gvhbcpvjkgcxcb7wy0dqgqvw59','05561d5093454abb968083a9af5018c2a7d186991c2253e6bcfc8198a04e1aa6',NULL,1795460729278,1798052729278);
INSERT INTO logins VALUES('r1hgqeymn839xw3mnk35p2vymw',1795460729427.9074707,'qfh8m43xxma8e1gv6rm131g6vr','dec676ba9865490fea690fa3da863d961b85cb8e831a5982a237cae068831691',NULL,1795460729379,1798052729379);
CREATE TABLE IF NOT EXISTS "endedLogins" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "login" TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS "demandes" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "demandeurId" TEXT NOT NULL REFERENCES "users"("_id"), "titre" TEXT NOT NULL, "description" TEXT NOT NULL, "prix" INTEGER NOT NULL, "devise" TEXT NOT NULL, "status" TEXT NOT NULL, "nombreOffres" INTEGER NOT NULL) STRICT;
INSERT INTO demandes VALUES('zqm57d1ff2241a9wgswnyp02qh',1795460729447.168457,'gvhbcpvjkgcxcb7wy0dqgqvw59','Un plan','Décrite.',10000,'EUR','assigned',1);
INSERT INTO demandes VALUES('fd513z6cq8kr1hys86zdna5j0b',1795460729451.7683105,'gvhbcpvjkgcxcb7wy0dqgqvw59','Une étagère','Décrite.',10000,'EUR','open',0);
CREATE TABLE IF NOT EXISTS "offres" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "demandeId" TEXT NOT NULL REFERENCES "demandes"("_id"), "demandeurId" TEXT NOT NULL REFERENCES "users"("_id"), "offreurId" TEXT NOT NULL REFERENCES "users"("_id"), "prixPropose" INTEGER NOT NULL, "message" TEXT NOT NULL, "status" TEXT NOT NULL, "meetSessionId" TEXT REFERENCES "meetSessions"("_id")) STRICT;
INSERT INTO offres VALUES('6aqfsrs5vaaq88t5sfrmzqycs5',1795460729452.8989258,'zqm57d1ff2241a9wgswnyp02qh','gvhbcpvjkgcxcb7wy0dqgqvw59','qfh8m43xxma8e1gv6rm131g6vr',9000,'moi','accepted','60phwfnqjb5z9r87vj5zkwat5b');
CREATE TABLE IF NOT EXISTS "meetSessions" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "offreId" TEXT NOT NULL REFERENCES "offres"("_id"), "demandeId" TEXT NOT NULL REFERENCES "demandes"("_id"), "demandeurId" TEXT NOT NULL REFERENCES "users"("_id"), "offreurId" TEXT NOT NULL REFERENCES "users"("_id"), "callId" TEXT NOT NULL, "status" TEXT NOT NULL, "createdAt" INTEGER NOT NULL, "endedAt" INTEGER, "endedBy" TEXT, "demandeurJoinedAt" INTEGER, "offreurJoinedAt" INTEGER, "demandeurPresent" INTEGER NOT NULL, "offreurPresent" INTEGER NOT NULL, "absentSince" INTEGER, "togetherSince" INTEGER, "togetherMs" INTEGER NOT NULL, "ending" TEXT) STRICT;
INSERT INTO meetSessions VALUES('v43pr54b7m14cpgz00rqa8t80f',1795460729454.286621,'6aqfsrs5vaaq88t5sfrmzqycs5','zqm57d1ff2241a9wgswnyp02qh','gvhbcpvjkgcxcb7wy0dqgqvw59','qfh8m43xxma8e1gv6rm131g6vr','meet_88v27vn3krsbhgjjv0q5sb3v54','completed',1795460729454,1795460729518,'gvhbcpvjkgcxcb7wy0dqgqvw59',NULL,NULL,0,0,NULL,NULL,0,NULL);
INSERT INTO meetSessions VALUES('60phwfnqjb5z9r87vj5zkwat5b',1795460729519.5686034,'6aqfsrs5vaaq88t5sfrmzqycs5','zqm57d1ff2241a9wgswnyp02qh','gvhbcpvjkgcxcb7wy0dqgqvw59','qfh8m43xxma8e1gv6rm131g6vr','meet_a6r2fm3e09f2t57yz66x11g923','active',1795460729519,NULL,NULL,NULL,NULL,0,0,NULL,NULL,0,'fv9h2sgpqczkmb105ge63srzk7');
CREATE TABLE IF NOT EXISTS "meetParties" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "userId" TEXT NOT NULL REFERENCES "users"("_id"), "meetSessionId" TEXT NOT NULL REFERENCES "meetSessions"("_id"), "ended" INTEGER NOT NULL) STRICT;
INSERT INTO meetParties VALUES('jh4fe48200wykhs0nt9zfya0c5',1795460729454.2868652,'gvhbcpvjkgcxcb7wy0dqgqvw59','v43pr54b7m14cpgz00rqa8t80f',1);
INSERT INTO meetParties VALUES('2kyp9ezf0t70wx6w5wdyghppjf',1795460729454.2871093,'qfh8m43xxma8e1gv6rm131g6vr','v43pr54b7m14cpgz00rqa8t80f',1);
INSERT INTO meetParties VALUES('4ks37c60taqgpkx9pea7v60dcg',1795460729519.5688476,'gvhbcpvjkgcxcb7wy0dqgqvw59','60phwfnqjb5z9r87vj5zkwat5b',0);
INSERT INTO meetParties VALUES('2a8y2v1n8dspaad6z1jdqgk1j1',1795460729519.5690918,'qfh8m43xxma8e1gv6rm131g6vr','60phwfnqjb5z9r87vj5zkwat5b',0);
CREATE TABLE IF NOT EXISTS "files" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "ownerId" TEXT NOT NULL REFERENCES "users"("_id"), "type" TEXT NOT NULL, "taille" INTEGER NOT NULL, "attached" INTEGER NOT NULL DEFAULT 0, "offreId" TEXT REFERENCES "offres"("_id"), "nom" TEXT) STRICT;
INSERT INTO files VALUES('dpw4v3snx2s5ky142022qtnjks',1795460729508.953125,'gvhbcpvjkgcxcb7wy0dqgqvw59','image/png',9,1,'6aqfsrs5vaaq88t5sfrmzqycs5','plan.png');
CREATE TABLE IF NOT EXISTS "messages" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "offreId" TEXT NOT NULL REFERENCES "offres"("_id"), "auteurId" TEXT NOT NULL REFERENCES "users"("_id"), "texte" TEXT, "fileId" TEXT REFERENCES "files"("_id"), "nomFichier" TEXT) STRICT;
INSERT INTO messages VALUES('bf9wrzmvt3hkn1mwdp1tndngay',1795460729515.3005371,'6aqfsrs5vaaq88t5sfrmzqycs5','qfh8m43xxma8e1gv6rm131g6vr','Bonjour',NULL,NULL);
INSERT INTO messages VALUES('p5sr01nabgk2m7d13bg1mmy7ss',1795460729517.1760253,'6aqfsrs5vaaq88t5sfrmzqycs5','gvhbcpvjkgcxcb7wy0dqgqvw59',NULL,'dpw4v3snx2s5ky142022qtnjks','plan.png');
CREATE TABLE IF NOT EXISTS "uploads" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "ownerId" TEXT NOT NULL REFERENCES "users"("_id"), "expiresAt" INTEGER NOT NULL, "storageId" TEXT NOT NULL, "used" INTEGER NOT NULL, "taille" INTEGER NOT NULL) STRICT;
INSERT INTO uploads VALUES('ve62mvef5w1r9smwrvra3mn9ek',1795460729460.6113281,'gvhbcpvjkgcxcb7wy0dqgqvw59',1795461329460,'dpw4v3snx2s5ky142022qtnjks',1,9);
CREATE TABLE IF NOT EXISTS "linkEpochs" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "beganAt" INTEGER NOT NULL) STRICT;
INSERT INTO linkEpochs VALUES('swhf276mc7y0j8atd54fph7w2c',1795460729212.1811524,1795460729581);
CREATE TABLE IF NOT EXISTS "mutationOutcomes" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "sessionId" TEXT NOT NULL, "requestId" INTEGER NOT NULL, "user" TEXT NOT NULL, "callHash" TEXT NOT NULL, "value" TEXT NOT NULL, "commitTs" INTEGER NOT NULL) STRICT;
INSERT INTO mutationOutcomes VALUES('5616fb1f-e1c0-4fa0-8df4-dfb35a0f3f33:0',1795460729447.1687012,'5616fb1f-e1c0-4fa0-8df4-dfb35a0f3f33',0,'gvhbcpvjkgcxcb7wy0dqgqvw59','a0e2ac1f1dd01be953fac37800196738','"zqm57d1ff2241a9wgswnyp02qh"',1795460729447168396);
INSERT INTO mutationOutcomes VALUES('5616fb1f-e1c0-4fa0-8df4-dfb35a0f3f33:1',1795460729451.7685547,'5616fb1f-e1c0-4fa0-8df4-dfb35a0f3f33',1,'gvhbcpvjkgcxcb7wy0dqgqvw59','7d79681d2ec96de27c5f850db826104e','"fd513z6cq8kr1hys86zdna5j0b"',1795460729451768292);
INSERT INTO mutationOutcomes VALUES('bc8846ba-73c6-447e-9676-765dbb19a3ed:0',1795460729452.8991699,'bc8846ba-73c6-447e-9676-765dbb19a3ed',0,'qfh8m43xxma8e1gv6rm131g6vr','8a057995ca7accf5933759a78322e258','"6aqfsrs5vaaq88t5sfrmzqycs5"',1795460729452898839);
INSERT INTO mutationOutcomes VALUES('5616fb1f-e1c0-4fa0-8df4-dfb35a0f3f33:2',1795460729454.2873534,'5616fb1f-e1c0-4fa0-8df4-dfb35a0f3f33',2,'gvhbcpvjkgcxcb7wy0dqgqvw59','cee3b20771718e03c52dbef13b489856','{"meetSessionId":"v43pr54b7m14cpgz00rqa8t80f","callId":"meet_88v27vn3krsbhgjjv0q5sb3v54"}',1795460729454286460);
INSERT INTO mutationOutcomes VALUES('5616fb1f-e1c0-4fa0-8df4-dfb35a0f3f33:3',1795460729460.6115723,'5616fb1f-e1c0-4fa0-8df4-dfb35a0f3f33',3,'gvhbcpvjkgcxcb7wy0dqgqvw59','e4d15f102c550068f200417f1cad0ab2','"http://localhost:8080/api/uploads/ve62mvef5w1r9smwrvra3mn9ek?e=1795461329460&p=gvhbcpvjkgcxcb7wy0dqgqvw59&s=8GjGlas9gSd8r3LhEsUkKpHx9wDmXH-QHOdTsxTCPCc"',1795460729460611231);
INSERT INTO mutationOutcomes VALUES('bc8846ba-73c6-447e-9676-765dbb19a3ed:1',1795460729515.3007812,'bc8846ba-73c6-447e-9676-765dbb19a3ed',1,'qfh8m43xxma8e1gv6rm131g6vr','97e4f04194fe751f2d31467e794fefbc','"bf9wrzmvt3hkn1mwdp1tndngay"',1795460729515300559);
INSERT INTO mutationOutcomes VALUES('5616fb1f-e1c0-4fa0-8df4-dfb35a0f3f33:4',1795460729517.1762695,'5616fb1f-e1c0-4fa0-8df4-dfb35a0f3f33',4,'gvhbcpvjkgcxcb7wy0dqgqvw59','3fdf05d50ddc6c8628be1f2885904f55','"p5sr01nabgk2m7d13bg1mmy7ss"',1795460729517176117);
INSERT INTO mutationOutcomes VALUES('5616fb1f-e1c0-4fa0-8df4-dfb35a0f3f33:5',1795460729518.3066406,'5616fb1f-e1c0-4fa0-8df4-dfb35a0f3f33',5,'gvhbcpvjkgcxcb7wy0dqgqvw59','78472be01609f425774ce13ce48a74db','null',1795460729518306529);
INSERT INTO mutationOutcomes VALUES('bc8846ba-73c6-447e-9676-765dbb19a3ed:2',1795460729519.5693359,'bc8846ba-73c6-447e-9676-765dbb19a3ed',2,'qfh8m43xxma8e1gv6rm131g6vr','7d2dc6b0b3d00656eac864cf2ae62d42','{"meetSessionId":"60phwfnqjb5z9r87vj5zkwat5b","callId":"meet_a6r2fm3e09f2t57yz66x11g923"}',1795460729519568466);
CREATE TABLE IF NOT EXISTS "scheduledCalls" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "function" TEXT NOT NULL, "args" TEXT NOT NULL, "cron" TEXT, "recurrence" TEXT, "status" TEXT NOT NULL, "dueAt" INTEGER NOT NULL, "attempts" INTEGER NOT NULL, "lastRunAt" INTEGER, "lastError" TEXT) STRICT;
INSERT INTO scheduledCalls VALUES('qg04ngynbcdkqrssrjg2bvbwhq',1795460729205.5336913,'retention:begin','{}','retention','every 1800 s','waiting',1795460729205,0,NULL,NULL);
INSERT INTO scheduledCalls VALUES('fv9h2sgpqczkmb105ge63srzk7',1795460729519.5683593,'meetSessions:endAbandoned','{"sessionId":"60phwfnqjb5z9r87vj5zkwat5b"}',NULL,NULL,'waiting',1795547129519,0,NULL,NULL);
CREATE TABLE IF NOT EXISTS "schedulerClock" ("_id" TEXT NOT NULL PRIMARY KEY, "_creationTime" REAL NOT NULL, "skewMs" INTEGER NOT NULL, "reached" INTEGER NOT NULL) STRICT;
INSERT INTO schedulerClock VALUES('jd4ay7frzgk5trez5p4ny10t4r',1795460729205.5334473,0,1795460729578);
CREATE INDEX "users__by_creation_time" ON "users" ("_creationTime", "_id");
CREATE UNIQUE INDEX "users__by_email" ON "users" ("email");
CREATE INDEX "logins__by_creation_time" ON "logins" ("_creationTime", "_id");
CREATE INDEX "logins__by_user" ON "logins" ("userId", "_creationTime", "_id");
CREATE INDEX "logins__by_expiry" ON "logins" ("expiresAt", "_creationTime", "_id");
CREATE INDEX "endedLogins__by_creation_time" ON "endedLogins" ("_creationTime", "_id");
CREATE INDEX "demandes__by_creation_time" ON "demandes" ("_creationTime", "_id");
CREATE INDEX "demandes__by_status" ON "demandes" ("status", "_creationTime", "_id");
CREATE INDEX "demandes__by_demandeur" ON "demandes" ("demandeurId", "_creationTime", "_id");
CREATE INDEX "offres__by_creation_time" ON "offres" ("_creationTime", "_id");
CREATE INDEX "offres__by_demande" ON "offres" ("demandeId", "_creationTime", "_id");
CREATE INDEX "offres__by_demande_status" ON "offres" ("demandeId", "status", "_creationTime", "_id");
CREATE INDEX "offres__by_demande_offreur" ON "offres" ("demandeId", "offreurId", "_creationTime", "_id");
CREATE INDEX "offres__by_demandeur" ON "offres" ("demandeurId", "_creationTime", "_id");
CREATE INDEX "offres__by_offreur" ON "offres" ("offreurId", "_creationTime", "_id");
CREATE UNIQUE INDEX "offres__one_accepted" ON "offres" ("demandeId") WHERE "status" = 'accepted';
CREATE UNIQUE INDEX "offres__one_pending" ON "offres" ("demandeId", "offreurId") WHERE "status" = 'pending';
CREATE INDEX "meetSessions__by_creation_time" ON "meetSessions" ("_creationTime", "_id");
CREATE UNIQUE INDEX "meetSessions__by_call" ON "meetSessions" ("callId");
CREATE INDEX "meetSessions__by_status" ON "meetSessions" ("status", "_creationTime", "_id");
CREATE INDEX "meetSessions__by_offre" ON "meetSessions" ("offreId", "_creationTime", "_id");
CREATE INDEX "meetSessions__by_offre_status" ON "meetSessions" ("offreId", "status", "_creationTime", "_id");
CREATE UNIQUE INDEX "meetSessions__one_active" ON "meetSessions" ("offreId") WHERE "status" = 'active';
CREATE INDEX "meetParties__by_creation_time" ON "meetParties" ("_creationTime", "_id");
CREATE INDEX "meetParties__by_user_ended" ON "meetParties" ("userId", "ended", "_creationTime", "_id");
CREATE INDEX "meetParties__by_session" ON "meetParties" ("meetSessionId", "_creationTime", "_id");
CREATE INDEX "files__by_creation_time" ON "files" ("_creationTime", "_id");
CREATE INDEX "files__by_owner" ON "files" ("ownerId", "_creationTime", "_id");
CREATE INDEX "files__by_attached" ON "files" ("attached", "_creationTime", "_id");
CREATE INDEX "messages__by_creation_time" ON "messages" ("_creationTime", "_id");
CREATE INDEX "messages__by_offre" ON "messages" ("offreId", "_creationTime", "_id");
CREATE INDEX "messages__by_auteur" ON "messages" ("auteurId", "_creationTime", "_id");
CREATE INDEX "uploads__by_creation_time" ON "uploads" ("_creationTime", "_id");
CREATE INDEX "uploads__by_owner" ON "uploads" ("ownerId", "_creationTime", "_id");
CREATE INDEX "linkEpochs__by_creation_time" ON "linkEpochs" ("_creationTime", "_id");
CREATE INDEX "mutationOutcomes__by_creation_time" ON "mutationOutcomes" ("_creationTime", "_id");
CREATE INDEX "scheduledCalls__by_creation_time" ON "scheduledCalls" ("_creationTime", "_id");
CREATE INDEX "scheduledCalls__by_status_due" ON "scheduledCalls" ("status", "dueAt", "_creationTime", "_id");
CREATE UNIQUE INDEX "scheduledCalls__by_cron" ON "scheduledCalls" ("cron");
CREATE INDEX "schedulerClock__by_creation_time" ON "schedulerClock" ("_creationTime", "_id");
COMMIT;
)sql";

}  // namespace vv::server
