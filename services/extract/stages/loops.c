/* The network in C: what NumPy does call by call in `network`, in one pass from words to tags and heads.

   Made by deploy/compile.py; without it `network` takes its way through NumPy, and the tests hold the two to each
   other. `loops` says which sizes the arrays have. Sums are added in an order that the code gives, whatever rows are
   computed together, so that a sentence is read alike alone and among others. */

#include <math.h>
#include <stddef.h>
#include <string.h>

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__)
#define KNOWN_PROCESSORS 1
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

#define LANES 16          /* partial results of a row: as many as the widest processor has at once */
#define BLOCK (4 * LANES) /* scores that are summed together */
#define PIECES 3          /* of a layer of the encoder */
#define PANEL (PIECES * LANES) /* columns of weights that are read together */
#define TILE 8            /* rows that are multiplied together, at most */
#define FEATURES 8        /* words that a state of the parser is described by */
#define WIDEST 512        /* numbers of a row of an encoder's layer or of a state, at most */

/* Weights, `inputs` by `outputs`, panel by panel; a bias for each output. Outputs are a multiple of PANEL. */
typedef struct {
    const float *panels, *bias;
    int inputs, outputs;
} Affine;

/* --- Products: rows by weights ------------------------------------------------------------------------------------ */

#if KNOWN_PROCESSORS
#pragma GCC push_options
#pragma GCC optimize("fp-contract=fast") /* here alone products are added in one step, as arithmetic libraries do */
#endif

/* `name`: set `count` rows of `out`, `step` apart, to the products of `rows` and so many columns of a panel, with
   vectors of `size` numbers: those that the processor has, for what is longer goes through memory. */
#define DEFINE_TILE(name, size, columns)                                                                               \
    static inline __attribute__((always_inline)) void name(int count, const float *const *rows, const float *panel,    \
                                                           int inputs, float *out, ptrdiff_t step)                     \
    {                                                                                                                  \
        typedef float Vector __attribute__((vector_size(4 * size), aligned(4), may_alias));                            \
        Vector sums[TILE][columns / size];                                                                             \
        _Pragma("GCC unroll 8") for (int row = 0; row < count; row++)                                                  \
            _Pragma("GCC unroll 12") for (int part = 0; part < columns / size; part++)                                 \
                sums[row][part] = (Vector){0};                                                                         \
        for (int i = 0; i < inputs; i++, panel += PANEL)                                                               \
            _Pragma("GCC unroll 8") for (int row = 0; row < count; row++) {                                            \
                float x = rows[row][i];                                                                                \
                _Pragma("GCC unroll 12") for (int part = 0; part < columns / size; part++)                             \
                    sums[row][part] += x * *(const Vector *)(panel + part * size);                                     \
            }                                                                                                          \
        _Pragma("GCC unroll 8") for (int row = 0; row < count; row++)                                                  \
            _Pragma("GCC unroll 12") for (int part = 0; part < columns / size; part++)                                 \
                *(Vector *)(out + row * step + part * size) = sums[row][part];                                         \
    }

DEFINE_TILE(tile_of_16, 16, PANEL)
DEFINE_TILE(tile_of_8, 8, PANEL / 2)
DEFINE_TILE(tile_of_4, 4, PANEL)

/* Do `step_of` for each panel, with the rows that are left, and count them in `row`. */
#define EACH_PANEL(step_of)                                                                                            \
    const float *panel = by->panels;                                                                                   \
    for (int column = 0; column < by->outputs; column += PANEL, panel += (ptrdiff_t)by->inputs * PANEL)                \
        for (int row = 0; row < count;) {                                                                              \
            int left = count - row;                                                                                    \
            const float *const *these = rows + row;                                                                    \
            float *here = out + row * step + column;                                                                   \
            step_of                                                                                                    \
        }

typedef void Product(int count, const float *const *rows, const Affine *by, float *out, ptrdiff_t step);

/* Each multiplies as many rows at once as the processor has registers for; fewer at the end. */
static void
plain(int count, const float *const *rows, const Affine *by, float *out, ptrdiff_t step)
{
    EACH_PANEL({
        (void)left;
        tile_of_4(1, these, panel, by->inputs, here, step);
        row += 1;
    })
}

#if KNOWN_PROCESSORS
__attribute__((target("avx2,fma"))) static void
with_avx2(int count, const float *const *rows, const Affine *by, float *out, ptrdiff_t step)
{
    EACH_PANEL({
        for (int half = 0; half < PANEL; half += PANEL / 2)
            if (left >= 4)
                tile_of_8(4, these, panel + half, by->inputs, here + half, step);
            else if (left >= 2)
                tile_of_8(2, these, panel + half, by->inputs, here + half, step);
            else
                tile_of_8(1, these, panel + half, by->inputs, here + half, step);
        row += left >= 4 ? 4 : left >= 2 ? 2 : 1;
    })
}

__attribute__((target("avx512f"))) static void
with_avx512(int count, const float *const *rows, const Affine *by, float *out, ptrdiff_t step)
{
    EACH_PANEL({
        if (left >= 8) {
            tile_of_16(8, these, panel, by->inputs, here, step);
            row += 8;
        } else if (left >= 4) {
            tile_of_16(4, these, panel, by->inputs, here, step);
            row += 4;
        } else if (left >= 2) {
            tile_of_16(2, these, panel, by->inputs, here, step);
            row += 2;
        } else {
            tile_of_16(1, these, panel, by->inputs, here, step);
            row += 1;
        }
    })
}

#pragma GCC pop_options
#endif

static Product *
product_here(void)
{
#if KNOWN_PROCESSORS
    if (__builtin_cpu_supports("avx512f"))
        return with_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return with_avx2;
#endif
    return plain;
}

/* Set rows of `into`, as long as the outputs, to those of `from`, as long as the inputs, by the weights. */
void
multiply(const float *from, const Affine *by, float *into, ptrdiff_t rows)
{
    Product *product = product_here();
    for (ptrdiff_t row = 0; row < rows; row += TILE) {
        const float *these[TILE];
        int count = rows - row < TILE ? (int)(rows - row) : TILE;
        for (int i = 0; i < count; i++)
            these[i] = from + (row + i) * by->inputs;
        product(count, these, by, into + row * by->outputs, by->outputs);
    }
}

/* --- The encoder: layers of maxout over windows of three words -------------------------------------------------- */

/* One layer: its outputs stand panel by panel, the pieces of each side by side. */
typedef struct {
    Affine maxout;
    const float *gain, *shift;
} Layer;

/* Set `to` to `from` and the layer's output, which is made of `sums` of its weights: their greatest, normalised. */
FOR_EACH_PROCESSOR static void
add_normal(const float *restrict sums, const Layer *layer, const float *restrict from, float *restrict to, int width)
{
    const float *bias = layer->maxout.bias, *gain = layer->gain, *shift = layer->shift;
    float best[WIDEST], parts[LANES] = {0}, squares[LANES] = {0}, mean = 0, spread = 0;
    for (int i = 0; i < width; i += LANES, sums += PANEL, bias += PANEL)
        for (int lane = 0; lane < LANES; lane++) {
            float one = sums[lane] + bias[lane];
            float two = sums[LANES + lane] + bias[LANES + lane];
            float three = sums[2 * LANES + lane] + bias[2 * LANES + lane];
            one = one > two ? one : two;
            one = one > three ? one : three;
            best[i + lane] = one;
            parts[lane] += one;
        }
    for (int lane = 0; lane < LANES; lane++)
        mean += parts[lane];
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
        to[i] = from[i] + best[i] * scale * gain[i] + shift[i];
}

/* Set `sums` to those of three rows. */
FOR_EACH_PROCESSOR static void
add_three(const float *restrict one, const float *restrict two, const float *restrict three, float *restrict sums,
          int width)
{
    for (int i = 0; i < width; i++)
        sums[i] = one[i] + two[i] + three[i];
}

/* What the encoder reads and writes: sentences apart from each other by as many empty rows as there are layers. */
typedef struct {
    const Layer *layers;
    int depth, width;
} Encoder;

/* Set the rows of `encoded` to the words of sentences in context. Of a word, `vectors` has its vector, and `products`
   what the first layer's weights make of it as the word before, the word itself and the word after; `words` are the
   numbers of their rows. `room` holds two rows for each word and each empty row. */
static void
encode(const Encoder *encoder, const float *vectors, const float *products, const int *words, const int *lengths,
       int sentences, float *room, int *places, float *encoded)
{
    Product *product = product_here();
    int width = encoder->width, depth = encoder->depth, every = width * PIECES, rows = 1;
    float sums[TILE * PIECES * WIDEST], nothing[PIECES * WIDEST] = {0};
    int *word_at = places; /* of each row the word in it, or -1; `asked` are the rows that a layer has to compute */
    for (int i = 0, word = 0; i < sentences; i++) {
        for (int gap = 0; gap < depth; gap++)
            word_at[rows++] = -1;
        for (int n = 0; n < lengths[i]; n++)
            word_at[rows++] = words[word++];
    }
    for (int gap = 0; gap <= depth; gap++)
        word_at[rows++] = -1;
    word_at[0] = -1;
    int *asked = places + rows;
    float *from = room, *to = room + (ptrdiff_t)rows * width;
    for (int row = 0; row < rows; row++) {
        if (word_at[row] >= 0)
            memcpy(from + (ptrdiff_t)row * width, vectors + (ptrdiff_t)word_at[row] * width, sizeof(float) * width);
        else
            memset(from + (ptrdiff_t)row * width, 0, sizeof(float) * width);
    }
    for (int number = 0; number < depth; number++) {
        const Layer *layer = encoder->layers + number;
        int count = 0, around = depth - 1 - number; /* empty rows that later layers look at */
        for (int i = 0, start = 1 + depth, last = 0; i < sentences; start += lengths[i++] + depth)
            for (int row = start - around; row < start + lengths[i] + around; row++)
                if (row > last)
                    asked[count++] = last = row;
        for (int first = 0; first < count; first += TILE) {
            int some = count - first < TILE ? count - first : TILE;
            const int *these = asked + first;
            if (number == 0) {
                for (int i = 0; i < some; i++) {
                    const float *part[3];
                    for (int side = 0; side < 3; side++) {
                        int word = word_at[these[i] + side - 1];
                        part[side] = word < 0 ? nothing : products + ((ptrdiff_t)word * 3 + side) * every;
                    }
                    add_three(part[0], part[1], part[2], sums + i * every, every);
                }
            } else {
                const float *windows[TILE];
                for (int i = 0; i < some; i++)
                    windows[i] = from + (ptrdiff_t)(these[i] - 1) * width;
                product(some, windows, &layer->maxout, sums, every);
            }
            for (int i = 0; i < some; i++)
                add_normal(sums + i * every, layer, from + (ptrdiff_t)these[i] * width,
                           to + (ptrdiff_t)these[i] * width, width);
        }
        float *other = from;
        from = to;
        to = other;
    }
    for (int i = 0, row = 1 + depth; i < sentences; row += lengths[i++] + depth) {
        memcpy(encoded, from + (ptrdiff_t)row * width, sizeof(float) * width * lengths[i]);
        encoded += (ptrdiff_t)width * lengths[i];
    }
}

/* --- The parser ------------------------------------------------------------------------------------------------ */

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
    const float *bias, *upper, *upper_bias;
    const unsigned char *kinds;
    int width, classes, actions, step; /* `step`: from one row of the features to the next */
} Steps;

/* Return the best transition that is `valid` where the state is described by `words`; the hidden layer has 2 pieces. */
FOR_EACH_PROCESSOR static int
choose(const Steps *steps, const float *features, const int *words, const char *valid)
{
    int width = steps->width, half = width / 2, classes = steps->classes, best = 0;
    float hidden[WIDEST], scores[WIDEST], most[LANES];
    const float *row[FEATURES];
    for (int place = 0; place < FEATURES; place++)
        row[place] = features + (ptrdiff_t)(words[place] + 1) * steps->step + place * width;
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

/* Return the only transition that is valid, or -1 where there are several. */
static int
only(const Steps *steps, const char *valid)
{
    int found = -1;
    for (int i = 0; i < steps->actions; i++)
        if (valid[steps->kinds[i]]) {
            if (found >= 0)
                return -1;
            found = i;
        }
    return found;
}

/* Parse one sentence, whose words have the rows of `features` after the first. */
static void
parse(State *s, const Steps *steps, const float *features)
{
    char valid[KINDS];
    while (s->depth || in_order(s)) {
        int top = on_stack(s, 0), first = in_buffer(s, 0);
        int words[FEATURES] = {first, in_buffer(s, 1), top, on_stack(s, 1), on_stack(s, 2),
                               first < 0 ? -1 : s->left[first], top < 0 ? -1 : s->left[top],
                               top < 0 ? -1 : s->right[top]};
        allowed(s, valid);
        int action = valid[LEFT] || valid[BREAK] ? -1 : only(steps, valid);
        if (action < 0)
            action = choose(steps, features, words, valid);
        take(s, steps->kinds[action], action);
    }
}

/* Parse a sentence of `n` words. `room` is for 5 numbers and 2 flags a word. Fill each word's head, and the transition
   that gave it; of a root, itself and -1. */
static void
parse_words(const Steps *steps, const float *features, int n, int *room, int *heads, int *labels)
{
    char *flags = (char *)(room + 5 * n);
    State s = {n, 0, 0, 0, room, room + n, heads, labels, room + 2 * n, room + 3 * n, room + 4 * n, flags, flags + n};
    memset(room, -1, sizeof(int) * 5 * n);
    memset(s.head, -1, sizeof(int) * n);
    memset(s.label, -1, sizeof(int) * n);
    memset(flags, 0, 2 * n);
    s.starts[0] = 1;
    parse(&s, steps, features);
    for (int word = 0; word < n; word++)
        s.head[word] = s.head[word] < 0 ? word : s.head[word];
}

/* --- All of it ---------------------------------------------------------------------------------------------------- */

/* Encoder; tagger, of whose outputs `tags` are tags; the parser's layers `reduce` and `lower`, and what `lower` makes
   of no word. */
typedef struct {
    Encoder encoder;
    Affine tagger, reduce, lower;
    const float *none;
    Steps steps;
    int tags;
} Network;

static int
best_of(const float *scores, const float *bias, int count)
{
    int best = 0;
    float most = scores[0] + bias[0];
    for (int i = 1; i < count; i++)
        if (scores[i] + bias[i] > most) {
            most = scores[i] + bias[i];
            best = i;
        }
    return best;
}

/* How much of `room` each part has, in floats or ints. */
typedef struct {
    ptrdiff_t rows, encoded, features, places, states;
} Room;

static Room
room_of(const Network *network, const int *lengths, int sentences)
{
    ptrdiff_t words = 0, longest = 0, width = network->encoder.width, depth = network->encoder.depth;
    for (int i = 0; i < sentences; i++) {
        words += lengths[i];
        longest = lengths[i] > longest ? lengths[i] : longest;
    }
    ptrdiff_t rows = words + depth * (sentences + 1) + 2;
    return (Room){2 * rows * width, words * width, (longest + 1) * network->steps.step, 2 * rows, 6 * (longest + 1)};
}

/* Return how many bytes `read_words` needs for sentences of these lengths. */
size_t
room_for(const Network *network, const int *lengths, int sentences)
{
    Room room = room_of(network, lengths, sentences);
    return sizeof(float) * (room.rows + room.encoded + room.features) + sizeof(int) * (room.places + room.states);
}

/* Read sentences of these lengths: fill each word's tag, its head, counted in its sentence, and the transition that gave
   it; of a root, itself and -1. What stands before `sentences` is as for `encode`, with `known` rows of words in all;
   `room` is as large as `room_for` tells. Return 0, or -1 where a word has none of these rows. */
int
read_words(const Network *network, const float *vectors, const float *products, int known, const int *words,
           const int *lengths, int sentences, float *room, int *tags, int *heads, int *labels)
{
    Product *product = product_here();
    int width = network->encoder.width, step = network->steps.step;
    Room parts = room_of(network, lengths, sentences);
    for (int i = 0, word = 0; i < sentences; i++)
        for (int n = 0; n < lengths[i]; n++, word++)
            if (words[word] < 0 || words[word] >= known)
                return -1;
    float *encoded = room + parts.rows, *features = encoded + parts.encoded;
    int *places = (int *)(features + parts.features), *states = places + parts.places;
    encode(&network->encoder, vectors, products, words, lengths, sentences, room, places, encoded);
    memcpy(features, network->none, sizeof(float) * step);
    for (int i = 0; i < sentences; i++) {
        int n = lengths[i];
        for (int first = 0; first < n; first += TILE) {
            int some = n - first < TILE ? n - first : TILE;
            const float *these[TILE];
            float sums[TILE * WIDEST];
            for (int word = 0; word < some; word++)
                these[word] = encoded + (ptrdiff_t)(first + word) * width;
            product(some, these, &network->tagger, sums, network->tagger.outputs);
            for (int word = 0; word < some; word++)
                tags[first + word] =
                    best_of(sums + word * network->tagger.outputs, network->tagger.bias, network->tags);
            product(some, these, &network->reduce, sums, network->reduce.outputs);
            for (int word = 0; word < some; word++) {
                float *reduced = sums + word * network->reduce.outputs;
                for (int output = 0; output < network->reduce.outputs; output++)
                    reduced[output] += network->reduce.bias[output];
                these[word] = reduced;
            }
            product(some, these, &network->lower, features + (ptrdiff_t)(first + 1) * step, step);
        }
        parse_words(&network->steps, features, n, states, heads, labels);
        encoded += (ptrdiff_t)n * width;
        tags += n;
        heads += n;
        labels += n;
    }
    return 0;
}
