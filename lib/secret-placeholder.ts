/** What stands for a secret wherever it is not decrypted. It has no form, and none is asked of it. */
export const SECRET_PLACEHOLDER = 'secret-placeholder-not-the-value';
