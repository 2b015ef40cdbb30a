CREATE TABLE "troubles" (
	"name" text NOT NULL,
	"process_id" uuid NOT NULL,
	"details" jsonb NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "troubles_name_process_id_pk" PRIMARY KEY("name","process_id")
);
