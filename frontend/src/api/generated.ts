// Made by `visavis types` from the functions' C++ declarations; `./dev types` renews it.
import type { FunctionReference, PaginationOptions, PaginationResult } from "convex/server";
import type { GenericId } from "convex/values";

export type TableName = "demandes" | "files" | "meetSessions" | "messages" | "offres" | "users";
export type Id<T extends TableName> = GenericId<T>;

export type Acceptance = { meetSessionId: Id<"meetSessions">; callId: string };

export type ActiveMeet = { _id: Id<"meetSessions">; callId: string; status: MeetStatus; role: MeetRole; createdAt: number; demande: DemandeTitre; autre: Personne; present: Id<"users">[]; ring: Ring | null; ringAutre: Ring | null };

export type Demande = { _id: Id<"demandes">; _creationTime: number; titre: string; description: string; prix: number; devise: string; status: DemandeStatus; demandeur: Personne; nombreOffres: number };

export type DemandeResume = { _id: Id<"demandes">; titre: string; prix: number; devise: string; status: DemandeStatus };

export type DemandeStatus = "open" | "assigned" | "cancelled";

export type DemandeTitre = { _id: Id<"demandes">; titre: string };

export type Fichier = { url: string; nom: string; taille: number; type: string };

export type Me = { _id: Id<"users">; name: string; email: string; locale: string; avatarUrl: string | null };

export type MeetOutcome = "agreed" | "continued" | "dropped";

export type MeetQuality = { measuredMs: number; lossSent: number; lossReceived: number; rttMs: number; pauses: number; pausedMs: number };

export type MeetRole = "demandeur" | "offreur";

export type MeetSession = { _id: Id<"meetSessions">; callId: string; status: MeetStatus; role: MeetRole; createdAt: number; demande: DemandeTitre; autre: Personne; present: Id<"users">[]; ring: Ring | null; ringAutre: Ring | null; offre: OffreResume; endedAt: number | null; endedBy: string | null };

export type MeetStatus = "active" | "completed" | "cancelled";

export type MeetSummary = { _id: Id<"meetSessions">; status: MeetStatus; role: MeetRole; createdAt: number; endedAt: number | null; endedBy: string | null; joinedAt: number | null; autreJoinedAt: number | null; togetherMs: number; demande: DemandeTitre; offre: OffreResume; autre: Personne; review: Review; quality: MeetQuality | null };

export type Message = { _id: Id<"messages">; _creationTime: number; auteurId: Id<"users">; texte?: string; fichier?: Fichier };

export type MissedCall = { sessionId: Id<"meetSessions">; offreId: Id<"offres">; since: number; active: boolean; demande: DemandeTitre; autre: Personne };

export type Offre = { _id: Id<"offres">; _creationTime: number; demandeId: Id<"demandes">; prixPropose: number; devise: string; message: string; status: OffreStatus; meetSessionId: Id<"meetSessions"> | null; offreur: Personne };

export type OffreAvecDemande = { _id: Id<"offres">; _creationTime: number; demandeId: Id<"demandes">; prixPropose: number; devise: string; message: string; status: OffreStatus; meetSessionId: Id<"meetSessions"> | null; offreur: Personne; demande: DemandeResume };

export type OffreMove = "accepted" | "rejected" | "withdrawn";

export type OffreResume = { _id: Id<"offres">; prixPropose: number; devise: string; message: string };

export type OffreStatus = "pending" | "accepted" | "rejected" | "withdrawn";

export type PastMeet = { _id: Id<"meetSessions">; callId: string; status: MeetStatus; role: MeetRole; createdAt: number; endedAt: number; endedBy: string; togetherMs: number; participants: Id<"users">[]; demande: DemandeTitre; autre: Personne; offre: OffreResume; recordings: Recording[] };

export type Personne = { _id: Id<"users">; name: string; avatarUrl: string | null };

export type Recording = { url: string; startedAt: number; durationMs: number };

export type Review = { outcome: MeetOutcome | null; sound: number | null; picture: number | null; remark: string };

export type Ring = { status: RingStatus; since: number; times: number; againAt: number | null; canSnooze: boolean; canRing: boolean; shownOn: number; ringingOn: number; message: string | null };

export type RingSign = "shown" | "rings";

export type RingStatus = "ringing" | "snoozed" | "missed" | "answered" | "declined" | "cancelled";

export type Ticket = { engine: string; serverUrl: string; token: string; roomName: string; expiresAt: number };

function reference<F>(name: string): F {
  return { [Symbol.for("functionName")]: name } as F;
}

export const api = {
  demandes: {
    cancel: reference<FunctionReference<"mutation", "public", { demandeId: Id<"demandes"> }, null>>("demandes:cancel"),
    create: reference<FunctionReference<"mutation", "public", { titre: string; description: string; prix: number; devise: string }, Id<"demandes">>>("demandes:create"),
    get: reference<FunctionReference<"query", "public", { demandeId: Id<"demandes"> }, Demande | null>>("demandes:get"),
    list: reference<FunctionReference<"query", "public", { recherche?: string; paginationOpts: PaginationOptions }, PaginationResult<Demande>>>("demandes:list"),
    mine: reference<FunctionReference<"query", "public", { paginationOpts: PaginationOptions }, PaginationResult<Demande>>>("demandes:mine"),
  },
  files: {
    generateUploadUrl: reference<FunctionReference<"mutation", "public", Record<string, never>, string>>("files:generateUploadUrl"),
  },
  meetSessions: {
    answer: reference<FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions"> }, null>>("meetSessions:answer"),
    cancel: reference<FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions"> }, null>>("meetSessions:cancel"),
    decline: reference<FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions">; message?: string }, null>>("meetSessions:decline"),
    dismissMissed: reference<FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions"> }, null>>("meetSessions:dismissMissed"),
    endMeetSession: reference<FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions"> }, null>>("meetSessions:endMeetSession"),
    getMeetSession: reference<FunctionReference<"query", "public", { sessionId: Id<"meetSessions"> }, MeetSession | null>>("meetSessions:getMeetSession"),
    getSummary: reference<FunctionReference<"query", "public", { sessionId: Id<"meetSessions"> }, MeetSummary | null>>("meetSessions:getSummary"),
    getUserActiveMeetSessions: reference<FunctionReference<"query", "public", Record<string, never>, ActiveMeet[]>>("meetSessions:getUserActiveMeetSessions"),
    history: reference<FunctionReference<"query", "public", { recherche?: string; paginationOpts: PaginationOptions }, PaginationResult<PastMeet>>>("meetSessions:history"),
    missedCalls: reference<FunctionReference<"query", "public", Record<string, never>, MissedCall[]>>("meetSessions:missedCalls"),
    rate: reference<FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions">; sound?: number; picture?: number; remark?: string }, null>>("meetSessions:rate"),
    reportQuality: reference<FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions">; measuredMs: number; lossSent: number; lossReceived: number; rttMs: number; pauses: number; pausedMs: number }, null>>("meetSessions:reportQuality"),
    ring: reference<FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions"> }, null>>("meetSessions:ring"),
    ringShown: reference<FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions">; device: string; sign: RingSign }, null>>("meetSessions:ringShown"),
    setOutcome: reference<FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions">; outcome: MeetOutcome }, null>>("meetSessions:setOutcome"),
    snooze: reference<FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions"> }, null>>("meetSessions:snooze"),
    start: reference<FunctionReference<"mutation", "public", { offreId: Id<"offres"> }, Acceptance>>("meetSessions:start"),
  },
  messages: {
    list: reference<FunctionReference<"query", "public", { offreId?: Id<"offres">; sessionId?: Id<"meetSessions">; paginationOpts: PaginationOptions }, PaginationResult<Message>>>("messages:list"),
    send: reference<FunctionReference<"mutation", "public", { offreId?: Id<"offres">; sessionId?: Id<"meetSessions">; texte?: string; storageId?: Id<"files">; nomFichier?: string }, Id<"messages">>>("messages:send"),
  },
  offres: {
    create: reference<FunctionReference<"mutation", "public", { demandeId: Id<"demandes">; prixPropose: number; message: string }, Id<"offres">>>("offres:create"),
    listForDemande: reference<FunctionReference<"query", "public", { demandeId: Id<"demandes"> }, Offre[]>>("offres:listForDemande"),
    received: reference<FunctionReference<"query", "public", { paginationOpts: PaginationOptions }, PaginationResult<OffreAvecDemande>>>("offres:received"),
    sent: reference<FunctionReference<"query", "public", { paginationOpts: PaginationOptions }, PaginationResult<OffreAvecDemande>>>("offres:sent"),
    updateOffreStatus: reference<FunctionReference<"mutation", "public", { offreId: Id<"offres">; status: OffreMove }, Acceptance | null>>("offres:updateOffreStatus"),
  },
  push: {
    answer: reference<FunctionReference<"mutation", "public", { ring: string; receipt: string }, null>>("push:answer"),
    publicKey: reference<FunctionReference<"query", "public", Record<string, never>, string | null>>("push:publicKey"),
    shown: reference<FunctionReference<"mutation", "public", { ring: string; receipt: string }, null>>("push:shown"),
    snooze: reference<FunctionReference<"mutation", "public", { ring: string; receipt: string }, null>>("push:snooze"),
    subscribe: reference<FunctionReference<"mutation", "public", { endpoint: string; p256dh: string; auth: string; device: string }, null>>("push:subscribe"),
    unsubscribe: reference<FunctionReference<"mutation", "public", { endpoint: string }, null>>("push:unsubscribe"),
  },
  users: {
    generateExportUrl: reference<FunctionReference<"mutation", "public", Record<string, never>, string>>("users:generateExportUrl"),
    me: reference<FunctionReference<"query", "public", Record<string, never>, Me | null>>("users:me"),
    update: reference<FunctionReference<"mutation", "public", { name?: string; locale?: string; avatarStorageId?: Id<"files"> }, null>>("users:update"),
  },
  video: {
    join: reference<FunctionReference<"action", "public", { sessionId: Id<"meetSessions"> }, Ticket>>("video:join"),
    joinEcho: reference<FunctionReference<"action", "public", Record<string, never>, Ticket>>("video:joinEcho"),
  },
};
