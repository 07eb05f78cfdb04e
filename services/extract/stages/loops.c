/* The network's two loops in C: what NumPy does call by call in `network`, in one pass over memory.

   Made by deploy/compile.py; without it `network` takes its way through NumPy, and the tests hold the two to each
   other. `loops` says which sizes the arrays have. Sums are added in an order that the code gives, so that every
   processor finds the same. */

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

#define LANES 16          /* partial results of a row: as many as the widest processor has at once */
#define BLOCK (2 * LANES) /* scores that are summed together */
#define FEATURES 8        /* words that a state of the parser is described by */
#define WIDEST 512        /* numbers of a row, at most */

/* Add to each row of `into` the layer's output: the greatest of `pieces` blocks of a product, normalised. */
FOR_EACH_PROCESSOR void
add_layer(const float *restrict products, const float *restrict bias, const float *restrict gain,
          const float *restrict shift, float *restrict into, ptrdiff_t rows, int width, int pieces)
{
    float best[WIDEST];
    for (ptrdiff_t row = 0; row < rows; row++, products += pieces * width, into += width) {
        float sums[LANES] = {0}, squares[LANES] = {0}, mean = 0, spread = 0;
        for (int i = 0; i < width; i++)
            best[i] = products[i] + bias[i];
        for (int piece = 1; piece < pieces; piece++)
            for (int i = 0; i < width; i++) {
                float other = products[piece * width + i] + bias[piece * width + i];
                best[i] = best[i] > other ? best[i] : other;
            }
        for (int i = 0; i < width; i += LANES)
            for (int lane = 0; lane < LANES; lane++)
                sums[lane] += best[i + lane];
        for (int lane = 0; lane < LANES; lane++)
            mean += sums[lane];
        mean /= (float)width;
        for (int i = 0; i < width; i += LANES)
            for (int lane = 0; lane < LANES; lane++) {
                best[i + lane] -= mean;
                squares[lane] += best[i + lane] * best[i + lane];
            }
        for (int lane = 0; lane < LANES; lane++)
            spread += squares[lane];
        float scale = 1 / sqrtf(spread / (float)width + 1e-8f);
        for (int i = 0; i < width; i++)
            into[i] += best[i] * scale * gain[i] + shift[i];
    }
}

/* One sentence while it is parsed: arc-eager transitions (Nivre 2008) as spaCy has them, with a word that is taken
   from the stack without a head going back to the buffer. Words are numbered from 0, -1 is none. */
typedef struct {
    int length, next, depth, waiting; /* `next`: the first word that was never on the stack */
    int *stack, *again;               /* `again`: words put back, the last of them the buffer's first */
    int *head, *label;                /* of each word */
    int *left, *right, *before;       /* a word's latest dependent on either side, and the sibling before a word */
    char *put_back, *starts;          /* may not be shifted again; begins a sentence */
} State;

enum { SHIFT, REDUCE, LEFT, RIGHT, BREAK, KINDS };

static int on_stack(const State *s, int nth) { return nth < s->depth ? s->stack[s->depth - 1 - nth] : -1; }

static int in_buffer(const State *s, int nth)
{
    if (nth < s->waiting)
        return s->again[s->waiting - 1 - nth];
    int word = s->next + nth - s->waiting;
    return word < s->length ? word : -1;
}

static int in_order(const State *s) { return s->length - s->next + s->waiting; }

static void push(State *s)
{
    s->stack[s->depth] = in_buffer(s, 0);
    s->depth++;
    s->waiting ? s->waiting-- : s->next++;
}

static void attach(State *s, int head, int word, int label)
{
    int *latest = head > word ? s->left : s->right;
    if (s->head[word] >= 0) { /* only a word that its head was the last to get is given another */
        int *lost = s->head[word] > word ? s->left : s->right;
        if (lost[s->head[word]] == word)
            lost[s->head[word]] = s->before[word];
    }
    s->head[word] = head;
    s->label[word] = label;
    s->before[word] = latest[head];
    latest[head] = word;
}

static void allowed(const State *s, char *valid)
{
    int first = in_buffer(s, 0), second = in_buffer(s, 1), left = in_order(s);
    int starts = first >= 0 && s->starts[first];
    valid[SHIFT] = !s->depth || (left > 1 && !starts && !s->put_back[first]);
    valid[REDUCE] = s->depth > 0;
    valid[LEFT] = valid[RIGHT] = s->depth > 0 && left > 0 && !starts;
    valid[BREAK] = left > 1 && second == first + 1 && !s->starts[second];
}

static void take(State *s, int kind, int action)
{
    int top = on_stack(s, 0), first = in_buffer(s, 0);
    switch (kind) {
    case SHIFT:
        push(s);
        break;
    case REDUCE:
        s->depth--;
        if (s->head[top] < 0 && s->depth) {
            s->put_back[top] = 1;
            s->again[s->waiting++] = top;
        }
        break;
    case LEFT:
        attach(s, first, top, action);
        s->put_back[first] = 0;
        s->depth--;
        break;
    case RIGHT:
        attach(s, top, first, action);
        push(s);
        break;
    case BREAK:
        s->starts[in_buffer(s, 1)] = 1;
    }
}

/* What the steps read: a row of `features` for each word and place in a state (the first for none), the layers above
   with `classes` outputs, of which `actions` are transitions, each of a kind. */
typedef struct {
    const float *features, *bias, *upper, *upper_bias;
    const unsigned char *kinds;
    int width, classes, actions;
} Steps;

/* Return the best transition that is `valid` where the state is described by `words`; the hidden layer has two pieces. */
FOR_EACH_PROCESSOR static int
choose(const Steps *steps, const int *words, const char *valid)
{
    int width = steps->width, half = width / 2, classes = steps->classes, best = 0;
    float hidden[WIDEST], scores[WIDEST], most[LANES];
    const float *row[FEATURES];
    for (int place = 0; place < FEATURES; place++)
        row[place] = steps->features + ((ptrdiff_t)(words[place] + 1) * FEATURES + place) * width;
    for (int i = 0; i < half; i++) {
        float one = row[0][i], other = row[0][half + i];
        for (int place = 1; place < FEATURES; place++) {
            one += row[place][i];
            other += row[place][half + i];
        }
        one += steps->bias[i];
        other += steps->bias[half + i];
        hidden[i] = one > other ? one : other;
    }
    for (int i = 0; i < classes; i += BLOCK) {
        float part[BLOCK];
        memcpy(part, steps->upper_bias + i, sizeof part);
        for (int unit = 0; unit < half; unit++)
            for (int lane = 0; lane < BLOCK; lane++)
                part[lane] += hidden[unit] * steps->upper[unit * classes + i + lane];
        memcpy(scores + i, part, sizeof part);
    }
    for (int i = 0; i < steps->actions; i++)
        scores[i] = valid[steps->kinds[i]] ? scores[i] : -INFINITY;
    for (int lane = 0; lane < LANES; lane++)
        most[lane] = scores[lane];
    for (int i = LANES; i < classes; i += LANES)
        for (int lane = 0; lane < LANES; lane++)
            most[lane] = most[lane] > scores[i + lane] ? most[lane] : scores[i + lane];
    for (int lane = 1; lane < LANES; lane++)
        most[0] = most[0] > most[lane] ? most[0] : most[lane];
    while (best < steps->actions - 1 && scores[best] != most[0])
        best++;
    return best;
}

/* Parse one sentence whose first word is the `offset`th of the features. */
static void
parse(State *s, const Steps *steps, int offset)
{
    char valid[KINDS];
    while (s->depth || in_order(s)) {
        int top = on_stack(s, 0), first = in_buffer(s, 0);
        int words[FEATURES] = {first, in_buffer(s, 1), top, on_stack(s, 1), on_stack(s, 2),
                               first < 0 ? -1 : s->left[first], top < 0 ? -1 : s->left[top],
                               top < 0 ? -1 : s->right[top]};
        for (int place = 0; place < FEATURES; place++)
            words[place] += words[place] < 0 ? 0 : offset;
        allowed(s, valid);
        int action = choose(steps, words, valid);
        take(s, steps->kinds[action], action);
    }
}

/* Parse sentences of these lengths, whose words follow each other in `features`; the parameters up to `actions` are those
   of Steps. Fill each word's head, counted in its sentence, and the transition that gave it; of a root, itself and -1.
   Return 0, or -1 where there is no memory. */
int
transitions(const float *features, const float *bias, const float *upper, const float *upper_bias,
            const unsigned char *kinds, int width, int classes, int actions, const int *lengths, int sentences,
            int *heads, int *labels)
{
    Steps steps = {features, bias, upper, upper_bias, kinds, width, classes, actions};
    int longest = 0;
    for (int i = 0; i < sentences; i++)
        longest = lengths[i] > longest ? lengths[i] : longest;
    int *room = malloc((longest + 1) * (5 * sizeof(int) + 2));
    if (!room)
        return -1;
    for (int i = 0, offset = 0; i < sentences; offset += lengths[i++]) {
        int n = lengths[i];
        char *flags = (char *)(room + 5 * n);
        State s = {n, 0, 0, 0, room, room + n, heads + offset, labels + offset,
                   room + 2 * n, room + 3 * n, room + 4 * n, flags, flags + n};
        memset(room, -1, sizeof(int) * 5 * n);
        memset(s.head, -1, sizeof(int) * n);
        memset(s.label, -1, sizeof(int) * n);
        memset(flags, 0, 2 * n + 1);
        s.starts[0] = 1;
        parse(&s, &steps, offset);
        for (int word = 0; word < n; word++)
            s.head[word] = s.head[word] < 0 ? word : s.head[word];
    }
    free(room);
    return 0;
}
