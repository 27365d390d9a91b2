package wheel;

/** A water wheel: water comes, the wheel turns. */
public final class Wheel {
  private static final String SPOKES = "|/-\\";
  private int turned;

  /** Lets some water in. Each bucket turns the wheel by an eighth. */
  public Wheel pour(int buckets) {
    if (buckets < 0) {
      throw new IllegalArgumentException("water does not flow uphill");
    }
    turned = (turned + buckets) % 8;
    return this;
  }

  public int turned() {
    return turned;
  }

  // TODO paint it
  public char look() {
    return SPOKES.charAt(turned % SPOKES.length());
  }

  public static void main(String[] args) throws InterruptedException {
    Wheel wheel = new Wheel();
    for (int i = 1; i <= 8; i++) {
      wheel.pour(1);
      System.out.println("  ~~~ (" + wheel.look() + ")  bucket " + i);
      Thread.sleep(100);
    }
    System.out.println("the wheel has turned once");
  }
}
