/* Joins the kernel's virtual Bluetooth controller (/dev/vhci) to a TCP port where a controller
 * listens. The kernel wants one whole HCI packet a write and TCP is a stream, so packets are put
 * together by their headers (H4: Bluetooth Core 5.4, volume 4, part A).
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST (1 << 17)

/* The length of the packet that begins at `p`; 0 while its header is not whole. */
static size_t length(const unsigned char *p, size_t n)
{
    switch (n ? p[0] : 0) {
    case 1: /* command */
    case 3: /* synchronous data */
        return n < 4 ? 0 : 4u + p[3];
    case 2: /* asynchronous data */
        return n < 5 ? 0 : 5u + (p[3] | p[4] << 8);
    case 4: /* event */
        return n < 3 ? 0 : 3u + p[2];
    case 5: /* isochronous data */
        return n < 5 ? 0 : 5u + ((p[3] | p[4] << 8) & 0x3fff);
    default:
        return 0;
    }
}

static int connected_to(const char *host, int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1;

    inet_pton(AF_INET, host, &at.sin_addr);
    for (;;) {
        int s = socket(AF_INET, SOCK_STREAM, 0);

        if (connect(s, (struct sockaddr *)&at, sizeof at) == 0) {
            setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            return s;
        }
        close(s);
        usleep(100000);
    }
}

int main(int argc, char **argv)
{
    static unsigned char buffer[LONGEST];
    size_t held = 0;
    int vhci = open("/dev/vhci", O_RDWR);
    int host = argc == 3 ? connected_to(argv[1], atoi(argv[2])) : -1;
    struct pollfd ends[] = {{vhci, POLLIN, 0}, {host, POLLIN, 0}};

    if (vhci < 0 || host < 0 || write(vhci, "\xff\x00", 2) != 2)
        return perror("vhci"), 1;
    for (;;) {
        poll(ends, 2, -1);
        if (ends[0].revents) {
            unsigned char packet[4096];
            ssize_t n = read(vhci, packet, sizeof packet);

            /* 0xff is the kernel's own word to us. */
            if (n > 0 && packet[0] != 0xff && write(host, packet, n) != n)
                return perror("host"), 1;
        }
        if (ends[1].revents) {
            ssize_t n = read(host, buffer + held, sizeof buffer - held);
            size_t at = 0, size;

            if (n <= 0)
                return perror("host"), 1;
            held += n;
            while ((size = length(buffer + at, held - at)) && size <= held - at) {
                if (write(vhci, buffer + at, size) < 0)
                    perror("vhci");
                at += size;
            }
            held -= at;
            memmove(buffer, buffer + at, held);
        }
    }
}
