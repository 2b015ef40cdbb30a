CREATE TABLE "connection_choices" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" text NOT NULL,
	"session_id" text NOT NULL,
	"platform" text NOT NULL,
	"results_enc" text NOT NULL,
	"return_to" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deletion_requests" (
	"code_hash" text PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"connections" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "public_pictures" (
	"name_hash" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "social_connections" ADD COLUMN "owner_token_enc" text;--> statement-breakpoint
ALTER TABLE "social_connections" ADD COLUMN "next_renewal_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "social_connections" ADD COLUMN "granted_by" text;--> statement-breakpoint
ALTER TABLE "social_shares" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "connection_choices" ADD CONSTRAINT "connection_choices_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "connection_choices_expires_at" ON "connection_choices" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "public_pictures_expires_at" ON "public_pictures" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "social_connections_granted_by" ON "social_connections" USING btree ("granted_by");--> statement-breakpoint
CREATE INDEX "social_connections_renewal" ON "social_connections" USING btree ("next_renewal_at") WHERE "social_connections"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "social_connections_verified" ON "social_connections" USING btree ("last_verified_at") WHERE "social_connections"."revoked_at" is null and "social_connections"."status" = 'active';