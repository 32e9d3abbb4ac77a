import type { FunctionReference, PaginationOptions, PaginationResult } from "convex/server";
import type { GenericId } from "convex/values";
export type Id<T extends "users" | "demandes" | "offres" | "meetSessions" | "files"> = GenericId<T>;
export type Personne = { _id: Id<"users">; name: string; avatarUrl: string | null };
export type Me = { _id: Id<"users">; name: string; email: string; locale: string; avatarUrl: string | null };
export type DemandeStatus = "open" | "assigned" | "cancelled";
export type Demande = { _id: Id<"demandes">; _creationTime: number; titre: string; description: string; prix: number; devise: string; status: DemandeStatus; demandeur: Personne; nombreOffres: number };
export type DemandeResume = { _id: Id<"demandes">; titre: string; prix: number; devise: string; status: DemandeStatus };
export type OffreStatus = "pending" | "accepted" | "rejected" | "withdrawn";
export type Offre = { _id: Id<"offres">; _creationTime: number; demandeId: Id<"demandes">; prixPropose: number; devise: string; message: string; status: OffreStatus; meetSessionId: Id<"meetSessions"> | null; offreur: Personne };
export type OffreAvecDemande = { _id: Id<"offres">; _creationTime: number; demandeId: Id<"demandes">; prixPropose: number; devise: string; message: string; status: OffreStatus; meetSessionId: Id<"meetSessions"> | null; offreur: Personne; demande: DemandeResume };
export type MeetStatus = "active" | "completed" | "cancelled";
export type MeetRole = "demandeur" | "offreur";
export type DemandeTitre = { _id: Id<"demandes">; titre: string };
export type ActiveMeet = { _id: Id<"meetSessions">; callId: string; status: MeetStatus; role: MeetRole; createdAt: number; demande: DemandeTitre; autre: Personne; present: Id<"users">[] };
export type OffreResume = { _id: Id<"offres">; prixPropose: number; devise: string; message: string };
export type MeetSession = { _id: Id<"meetSessions">; callId: string; status: MeetStatus; role: MeetRole; createdAt: number; demande: DemandeTitre; autre: Personne; present: Id<"users">[]; offre: OffreResume; endedAt: number | null; endedBy: Id<"users"> | null };
export type PastMeet = { _id: Id<"meetSessions">; callId: string; status: MeetStatus; role: MeetRole; createdAt: number; demande: DemandeTitre; autre: Personne; endedAt: number | null; endedBy: Id<"users"> | null; durationMs: number };
export type Acceptance = { meetSessionId: Id<"meetSessions">; callId: string };
export type Ticket = { engine: string; serverUrl: string; token: string; roomName: string; expiresAt: number };
export declare const api: {
  users: {
    me: FunctionReference<"query", "public", Record<string, never>, Me | null>;
    update: FunctionReference<"mutation", "public", { name?: string; locale?: string; avatarStorageId?: string }, null>;
  };
  demandes: {
    create: FunctionReference<"mutation", "public", { titre: string; description: string; prix: number; devise: string }, Id<"demandes">>;
    list: FunctionReference<"query", "public", { recherche?: string; paginationOpts: PaginationOptions }, PaginationResult<Demande>>;
    get: FunctionReference<"query", "public", { demandeId: Id<"demandes"> }, Demande | null>;
    mine: FunctionReference<"query", "public", { paginationOpts: PaginationOptions }, PaginationResult<Demande>>;
    cancel: FunctionReference<"mutation", "public", { demandeId: Id<"demandes"> }, null>;
  };
  offres: {
    create: FunctionReference<"mutation", "public", { demandeId: Id<"demandes">; prixPropose: number; message: string }, Id<"offres">>;
    listForDemande: FunctionReference<"query", "public", { demandeId: Id<"demandes"> }, Offre[]>;
    received: FunctionReference<"query", "public", { paginationOpts: PaginationOptions }, PaginationResult<OffreAvecDemande>>;
    sent: FunctionReference<"query", "public", { paginationOpts: PaginationOptions }, PaginationResult<OffreAvecDemande>>;
    updateOffreStatus: FunctionReference<"mutation", "public", { offreId: Id<"offres">; status: "accepted" | "rejected" | "withdrawn" }, Acceptance | null>;
  };
  meetSessions: {
    getUserActiveMeetSessions: FunctionReference<"query", "public", Record<string, never>, ActiveMeet[]>;
    getMeetSession: FunctionReference<"query", "public", { sessionId: Id<"meetSessions"> }, MeetSession | null>;
    endMeetSession: FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions"> }, null>;
    cancel: FunctionReference<"mutation", "public", { sessionId: Id<"meetSessions"> }, null>;
    start: FunctionReference<"mutation", "public", { offreId: Id<"offres"> }, Acceptance>;
    history: FunctionReference<"query", "public", { paginationOpts: PaginationOptions }, PaginationResult<PastMeet>>;
  };
  video: {
    join: FunctionReference<"action", "public", { sessionId: Id<"meetSessions"> }, Ticket>;
  };
};
