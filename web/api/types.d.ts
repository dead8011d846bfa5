import type { components, paths } from "./schema.d.ts";

export type { components, paths };

/** A type of the OpenAPI document, such as `Schema<"Post">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

export type User = Schema<"User">;
export type FieldProblem = Schema<"FieldProblem">;
export type SessionAnswer = Schema<"Session"> & { device_token?: string };
export type LogIn = BodyOf<"/auth/login", "post">;
export type SignUp = BodyOf<"/auth/signup", "post">;

/** An answer that is not a success. If a gateway and not the service sent it, `code` and `detail` follow from its status. */
export declare class Problem extends Error {
  constructor(body: Schema<"Problem">, retryAfter?: number | null);
  readonly status: number;
  /** A stable code for programs, such as `board_name_taken`. */
  readonly code: string;
  /** The message for the user, in their language. */
  readonly detail: string;
  /** The invalid fields of a 422; else empty. */
  readonly errors: FieldProblem[];
  readonly requestId: string | null;
  /** The number of seconds to wait before the next request. */
  readonly retryAfter: number | null;
  /** The whole problem, with the members that only some codes have. */
  readonly body: Schema<"Problem">;
}

/** No usable answer: the request may or may not have had its effect. Send it again with the same idempotency key. */
export declare class NetworkError extends Error {
  constructor(cause: unknown);
}

/** The part of `navigator.locks` that the client uses. */
export interface Locks {
  request<T>(name: string, options: { signal: AbortSignal }, work: () => Promise<T>): Promise<T>;
}

export interface ClientOptions {
  /** The URL of the API, by default `/api`. */
  baseUrl?: string;
  /** The language of problems: `ko` or `en`. By default, what the browser asks for. */
  language?: () => string | undefined;
  /** How long to wait for an answer, in milliseconds: by default 30 seconds. */
  timeout?: number;
  /** Whether the browser keeps the refresh token in a cookie: by default only in pages. */
  cookies?: boolean;
  /** The refresh token of an earlier session. Only without cookies. */
  refreshToken?: string | null;
  /**
   * Called before a request throws a problem. If it resolves to true, the request is sent again with the same idempotency key:
   * for each code at most once.
   */
  onProblem?: (problem: Problem) => Promise<boolean>;
  fetch?: typeof fetch;
  locks?: Locks;
}

/**
 * `restored`: the session of an earlier visit continues. `ended`: the service has ended it. `updated`: the account has changed.
 * Other tabs log in and out, too.
 */
export type SessionChange = "restored" | "logged_in" | "logged_out" | "ended" | "updated";

export interface Session {
  readonly user: User | null;
  readonly signedIn: boolean;
  /** The refresh token to keep for the next process. Null with cookies. */
  readonly refreshToken: string | null;
  /** The device token of the last login. Pass it to the next login on this device. */
  readonly deviceToken: string | null;
  /**
   * Gets new tokens and the account as it is at the service: continues the session of an earlier visit. Resolves to null if
   * there is none.
   */
  restore(): Promise<User | null>;
  logIn(body: LogIn): Promise<User>;
  signUp(body: SignUp): Promise<User>;
  logOut(options?: { everywhere?: boolean }): Promise<void>;
  /** Calls `listener` after each change. Returns a function that stops this. */
  onChange(listener: (user: User | null, change: SessionChange) => void): () => void;
}

type Method = "get" | "post" | "put" | "patch" | "delete";

/** The paths that have this method. */
export type PathsWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths];

type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Parameters<O, K extends string> = O extends { parameters: infer A } ? (A extends { [_ in K]?: infer V } ? NonNullable<V> : never) : never;
type Content<R> = R extends { content: infer C } ? C[keyof C] : undefined;

/** The body that an operation takes. */
export type BodyOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { requestBody?: { content: { "application/json": infer B } } } ? B : never;

/** The body that an operation returns if it succeeds. */
export type AnswerOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? Content<R[keyof R & (200 | 201 | 202 | 204)]> : never;

type PathPart<A> = [A] extends [never] ? { path?: undefined } : { path: { [K in keyof A]: A[K] } };
type QueryPart<A> = [A] extends [never]
  ? { query?: undefined }
  : object extends A
    ? { query?: { [K in keyof A]?: A[K] | null } }
    : { query: { [K in keyof A]: A[K] | (undefined extends A[K] ? null : never) } };
type BodyPart<O> = O extends { requestBody: { content: { "application/json": infer B } } }
  ? { body: B }
  : O extends { requestBody?: { content: { "application/json": infer B } } }
    ? { body?: B }
    : { body?: undefined };

interface Extras {
  signal?: AbortSignal;
  /** Called with the headers of a success. */
  onHeaders?: (headers: Headers) => void;
}

/** What a request takes besides its path. */
export type RequestOptions<P extends keyof paths, M extends Method> = PathPart<Parameters<Operation<P, M>, "path">> &
  QueryPart<Parameters<Operation<P, M>, "query">> &
  BodyPart<Operation<P, M>> & Extras & (M extends "post" ? { idempotencyKey?: string } : object);

type Arguments<O> = object extends O ? [request?: O] : [request: O];
type Call<M extends Method> = <P extends PathsWith<M>>(path: P, ...request: Arguments<RequestOptions<P, M>>) => Promise<AnswerOf<P, M>>;

export interface Client {
  readonly get: Call<"get">;
  /** Every POST has an idempotency key. Pass your own to send a request again that got no answer. */
  readonly post: Call<"post">;
  readonly put: Call<"put">;
  readonly patch: Call<"patch">;
  readonly delete: Call<"delete">;
  readonly session: Session;
}

/** Creates a client for the API. */
export declare function createClient(options?: ClientOptions): Client;
