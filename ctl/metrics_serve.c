// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Serving metrics with libmicrohttpd. It is loaded only here, so that zramctl
 * starts fast and works at boot without it and its libraries.
 */
#include "metrics.h"

#include <dlfcn.h>
#include <errno.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "util.h"

#define LIBRARY "libmicrohttpd.so.12"

#define TYPE_CLASSIC "text/plain; version=0.0.4; charset=utf-8"
#define TYPE_OPENMETRICS \
	"application/openmetrics-text; version=1.0.0; charset=utf-8"

static struct {
	__typeof__(MHD_start_daemon) *start_daemon;
	__typeof__(MHD_stop_daemon) *stop_daemon;
	__typeof__(MHD_create_response_from_buffer) *create_response;
	__typeof__(MHD_add_response_header) *add_header;
	__typeof__(MHD_queue_response) *queue_response;
	__typeof__(MHD_destroy_response) *destroy_response;
	__typeof__(MHD_lookup_connection_value) *lookup;
} mhd;

static int load_library(void)
{
	static const struct {
		const char *name;
		void *to;
	} symbol[] = {
		{ "MHD_start_daemon", &mhd.start_daemon },
		{ "MHD_stop_daemon", &mhd.stop_daemon },
		{ "MHD_create_response_from_buffer", &mhd.create_response },
		{ "MHD_add_response_header", &mhd.add_header },
		{ "MHD_queue_response", &mhd.queue_response },
		{ "MHD_destroy_response", &mhd.destroy_response },
		{ "MHD_lookup_connection_value", &mhd.lookup },
	};
	void *lib = dlopen(LIBRARY, RTLD_NOW);

	for (size_t i = 0; lib && i < ARRAY_SIZE(symbol); i++) {
		void *at = dlsym(lib, symbol[i].name);

		if (!at) {
			lib = NULL;
			break;
		}
		memcpy(symbol[i].to, &at, sizeof(at));
	}
	if (lib)
		return 0;
	util_error("serving needs libmicrohttpd (Debian: apt install libmicrohttpd12); without it, write a file with --output");
	return -ENOSYS;
}

static enum MHD_Result answer(struct MHD_Connection *conn, unsigned int status,
			      const char *type, char *text, size_t len)
{
	struct MHD_Response *r;
	enum MHD_Result res;

	r = mhd.create_response(len, text, MHD_RESPMEM_MUST_FREE);
	if (!r) {
		free(text);
		return MHD_NO;
	}
	mhd.add_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		mhd.add_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	res = mhd.queue_response(conn, status, r);
	mhd.destroy_response(r);
	return res;
}

static enum MHD_Result say(struct MHD_Connection *conn, unsigned int status,
			   const char *text)
{
	char *line;
	int len = asprintf(&line, "%s\n", text);

	if (len < 0)
		return MHD_NO;
	return answer(conn, status, "text/plain; charset=utf-8", line, len);
}

static enum MHD_Result answer_metrics(struct MHD_Connection *conn)
{
	const char *accept = mhd.lookup(conn, MHD_HEADER_KIND,
					MHD_HTTP_HEADER_ACCEPT);
	bool open = accept && strstr(accept, "application/openmetrics-text");
	struct metrics_look look;
	struct client *c = NULL;
	enum MHD_Result res;
	char *text = NULL;
	size_t len = 0;
	FILE *f;

	if (metrics_take(&look, &c)) {
		res = say(conn, MHD_HTTP_SERVICE_UNAVAILABLE,
			  c ? client_why(c) : "out of memory");
		client_close(c);
		return res;
	}
	client_close(c);
	f = open_memstream(&text, &len);
	if (f)
		metrics_write(f, &look, open ? METRICS_OPENMETRICS :
					METRICS_CLASSIC);
	metrics_drop(&look);
	if (!f || fclose(f)) {
		free(text);
		return say(conn, MHD_HTTP_SERVICE_UNAVAILABLE, "out of memory");
	}
	return answer(conn, MHD_HTTP_OK, open ? TYPE_OPENMETRICS : TYPE_CLASSIC,
		      text, len);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *conn,
				  const char *url, const char *method,
				  const char *version, const char *data,
				  size_t *size, void **state)
{
	static int seen;

	/* First the headers alone: what a reader sends after them is not wanted. */
	if (!*state) {
		*state = &seen;
		return MHD_YES;
	}
	if (*size) {
		*size = 0;
		return MHD_YES;
	}
	if (strcmp(method, "GET") && strcmp(method, "HEAD"))
		return say(conn, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET");
	if (!strcmp(url, "/metrics"))
		return answer_metrics(conn);
	if (!strcmp(url, "/"))
		return say(conn, MHD_HTTP_OK, "zramctl metrics: see /metrics");
	return say(conn, MHD_HTTP_NOT_FOUND, "see /metrics");
}

/* Signals are blocked first, so that the library's thread never gets them. */
static int serve_fd(int fd)
{
	struct MHD_Daemon *d;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	d = mhd.start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
			     on_request, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
			     MHD_OPTION_CONNECTION_TIMEOUT, 15u,
			     MHD_OPTION_CONNECTION_LIMIT, 64u, MHD_OPTION_END);
	if (!d) {
		close(fd);
		return -EIO;
	}
	sigwait(&set, &sig);
	mhd.stop_daemon(d);	/* closes fd */
	return 0;
}

int metrics_serve(const char *where)
{
	char *path;
	int fd, err;

	/* a wrong address is wrong with the library, too */
	fd = metrics_listen(where, &path);
	if (fd < 0)
		return fd;
	err = load_library();
	if (err) {
		close(fd);
	} else {
		util_note("serving http://%s/metrics", path ? "localhost" : where);
		err = serve_fd(fd);
		if (err)
			util_error("libmicrohttpd cannot serve %s", where);
	}
	if (path)
		unlink(path);
	free(path);
	return err;
}
