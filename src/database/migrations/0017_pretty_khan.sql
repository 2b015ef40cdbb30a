CREATE TABLE "own_pictures" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name_hash" text NOT NULL,
	"user_id" text,
	"address" text,
	"type" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"size" integer NOT NULL,
	"bytes" "bytea",
	"small" "bytea" NOT NULL,
	"used_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "own_pictures_name_hash" UNIQUE("name_hash")
);
--> statement-breakpoint
ALTER TABLE "share_requests" ADD COLUMN "pictures" jsonb;--> statement-breakpoint
ALTER TABLE "own_pictures" ADD CONSTRAINT "own_pictures_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "own_pictures_user" ON "own_pictures" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "own_pictures_used_at" ON "own_pictures" USING btree ("used_at");